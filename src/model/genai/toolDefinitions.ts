import type { PlainValue } from '../plainValue.ts';
import type { ToolDefinition } from './genai.ts';
import { decoded, isObject, listOf, member, present, structured, textMember } from './plain.ts';
import { parsePythonRepr } from './pythonRepr.ts';

const SCHEMAS = [
  'parameters',
  'inputSchema',
  'input_schema',
  'parameters_json_schema',
  'parametersJsonSchema',
  'json_schema',
  'schema',
];

/**
 * Definitions of tools, in any of the shapes that are sent: flat, under `function`, under `toolSpec`, as a JSON schema
 * with a title, as Gemini's lists of `function_declarations`; a list of them, one JSON text for each, or one by name.
 */
export function readToolDefinitions(sent: PlainValue | undefined): ToolDefinition[] | undefined {
  const value = decoded(sent);
  const list = Array.isArray(value) ? value : isObject(value) ? namedList(value) : [];
  const tools: ToolDefinition[] = [];
  for (const item of list) {
    const tool = decoded(item);
    const several = member(tool, 'function_declarations', 'functionDeclarations');
    for (const each of several === undefined ? [tool] : listOf(several)) {
      const definition = readDefinition(each);
      if (definition) tools.push(definition);
    }
  }
  return tools.length > 0 ? tools : undefined;
}

function namedList(value: PlainValue): readonly PlainValue[] {
  const tools = member(value, 'tools', 'function_tools');
  if (tools !== undefined) return [...listOf(tools), ...listOf(member(value, 'output_tools'))];
  return textMember(value, 'name') === undefined && member(value, 'function') === undefined ? [] : [value];
}

function readDefinition(sent: PlainValue | undefined): ToolDefinition | undefined {
  // A tool that is only named, or that a Python program printed.
  if (typeof sent === 'string') {
    const isPrinted = /^\w+\(/.test(sent.slice(0, 60));
    return isPrinted ? readDefinition(parsePythonRepr(sent)) : sent === '' ? undefined : { name: sent };
  }
  const outer = structured(member(sent, 'tool'));
  const body = isObject(outer) ? outer : sent;
  const schemaText = structured(member(body, 'json_schema'));
  // OpenInference has the whole definition as JSON text under `json_schema`.
  const whole = isDefinition(schemaText) ? schemaText : body;
  const inner = structured(member(whole, 'function', 'toolSpec'));
  const tool = isObject(inner) ? inner : whole;
  const name = textMember(tool, 'name') ?? textMember(body, 'name') ?? textMember(tool, 'type');
  if (name === undefined) return undefined;
  const given = SCHEMAS.map(key => structured(member(tool, key))).find(schema => schema !== undefined);
  const schema = member(given, 'json') ?? member(given, 'jsonSchema') ?? given;
  const description = textMember(tool, 'description') ?? textMember(body, 'description');
  return present<ToolDefinition>({ name, description, schema });
}

function isDefinition(value: PlainValue | undefined): boolean {
  return member(value, 'function') !== undefined || (member(value, 'name') !== undefined && isObject(value));
}
