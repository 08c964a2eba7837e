import type { ViewEnvironment } from '../../src/protocol/doctor.ts';
import { Button, type Press } from './parts.tsx';

/** Which place sets which variables. */
export function Environments({ environments, onPress }: { environments: ViewEnvironment[]; onPress: Press }) {
  if (environments.length === 0) return <p class="quiet">No variable of OpenTelemetry and no proxy is set.</p>;
  return (
    <>
      {environments.map(({ key, name, variables, button }) => (
        <div class="environment" key={key}>
          <h3>{name.charAt(0).toUpperCase() + name.slice(1)}</h3>
          <dl>
            {variables.map(variable => (
              <div key={variable.name}>
                <dt>
                  <code>{variable.name}</code>
                </dt>
                <dd>
                  <code>{variable.value}</code>
                </dd>
              </div>
            ))}
          </dl>
          {button && <Button button={button} onPress={onPress} />}
        </div>
      ))}
    </>
  );
}
