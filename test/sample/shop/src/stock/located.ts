import { fileURLToPath } from 'node:url';
import { getCallSites } from 'node:util';
import type { Attributes } from '@opentelemetry/api';

/** The place of the caller, as attributes of its span, so that whoever looks at the span need not search. */
export function here(): Attributes {
  const caller = getCallSites(2)[1];
  if (!caller) return {};
  const { scriptName, lineNumber, functionName } = caller;
  return {
    'code.file.path': scriptName.startsWith('file:') ? fileURLToPath(scriptName) : scriptName,
    'code.line.number': lineNumber,
    'code.function.name': functionName,
  };
}
