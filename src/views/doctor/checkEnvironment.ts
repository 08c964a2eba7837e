import { checkEndpoint } from './checkEndpoint.ts';
import { checkProxy } from './checkProxy.ts';
import { checkSwitches } from './checkSwitches.ts';
import type { DoctorFacts, Environment } from './facts.ts';
import { type DoctorAction, type Finding, fileAction, settingAction } from './finding.ts';
import { type Effective, effective, type Setting } from './variables.ts';

/** A mistake in the variables that programs of one place get. */
export interface VariableMistake {
  id: string;
  severity: Finding['severity'];
  likelihood: number;
  /** Which variable it is about. */
  setting: Setting;
  title: string;
  detail: string;
  cure: string;
  snippets?: NonNullable<Finding['snippets']>;
}

/** Looks at the variables that the programs of one place get. */
export type VariableCheck = (variables: Effective, facts: DoctorFacts) => VariableMistake[];

const CHECKS: readonly VariableCheck[] = [checkSwitches, checkEndpoint, checkProxy];

/** Variables that keep spans away, each once for the place that sets it, with all the places it reaches. */
export function checkEnvironment(facts: DoctorFacts): Finding[] {
  const found = new Map<string, { mistake: VariableMistake; reaches: Environment[] }>();
  for (const environment of facts.environments) {
    const variables = effective(environment, facts.environments);
    for (const mistake of CHECKS.flatMap(check => check(variables, facts))) {
      const key = `${mistake.id} ${mistake.setting.name} ${mistake.setting.from.id}`;
      const known = found.get(key);
      if (known) known.reaches.push(environment);
      else found.set(key, { mistake, reaches: [environment] });
    }
  }
  return [...found.values()].map(({ mistake, reaches }) => findingOf(mistake, reaches));
}

function findingOf(mistake: VariableMistake, reaches: readonly Environment[]): Finding {
  const { id, severity, likelihood, title, detail, cure, setting, snippets } = mistake;
  const { from } = setting;
  const others = reaches.filter(each => each.id !== from.id).map(each => each.name);
  const read = from.kind === 'file' && others.length === 0 ? ' Programs that read that file have it.' : '';
  const also =
    others.length > 0 ? ` It reaches ${others.slice(0, 4).join(', ')}${others.length > 4 ? ' and more' : ''}.` : '';
  return {
    id: `environment.${id}`,
    section: 'environment',
    severity,
    likelihood,
    subject: `${setting.name} ${from.id}`,
    title,
    detail: `${setting.name} is set in ${from.name}. ${detail}${read}${also}`,
    cure,
    actions: actionsOf(from),
    ...(snippets && { snippets }),
  };
}

function actionsOf({ file, setting }: Environment): DoctorAction[] {
  if (file !== undefined) return [fileAction(file.split(/[\\/]/).at(-1) ?? 'File', file)];
  return setting === undefined ? [] : [settingAction(setting)];
}
