import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCaptured } from '../../../capture/captured.ts';
import { compare } from './compare.ts';

interface Expected {
  /** Fields of calls that are as on the wire; more are welcome. */
  right: number;
  /** Fields that the program's telemetry says otherwise than the wire. */
  wrong?: readonly string[];
  /** Calls, where the telemetry has more or fewer of them than were made. */
  counted?: number;
}

/** The streamed answer's model is that of the question, for want of another. */
const ASKED_MODEL = (...calls: number[]) => calls.map(call => `${call}.responseModel`);
/** A picture that the sender keeps elsewhere, leaves out or replaces by a mark. */
const PICTURE = (call: number) => [`${call}.input`];

const EXPECTED: Record<string, Expected> = {
  'npm-ai-sdk-4': { right: 92 },
  'npm-ai-sdk-5': { right: 98 },
  'npm-ai-sdk-6': { right: 108 },
  'npm-ai-sdk-7': { right: 100 },
  'npm-anthropic-sdk': { right: 91, wrong: [...PICTURE(7)] },
  'npm-genkit': { right: 79 },
  'npm-langfuse': { right: 84, wrong: [...PICTURE(6), '5.output'] },
  'npm-langsmith': { right: 89, counted: 9 },
  'npm-mastra': { right: 64, wrong: ['3.input'] },
  'npm-openinference-anthropic': { right: 97 },
  'npm-openinference-langchain': { right: 70 },
  'npm-openinference-limit': { right: 6 },
  'npm-openinference-openai': { right: 87, counted: 10 },
  'npm-openinference-openai-agents': { right: 107, wrong: ['7.input', '10.responseModel'] },
  'npm-openinference-vercel': { right: 108 },
  'npm-otel-openai': { right: 77, wrong: [...PICTURE(6)] },
  'npm-strands': { right: 58, wrong: ['4.output'] },
  'npm-traceloop': {
    right: 69,
    wrong: ['4.usage.input', '4.usage.output', '4.usage.total', '8.input', '9.input'],
    counted: 9,
  },
  'npm-traceloop-langchain': { right: 36, wrong: [...ASKED_MODEL(0, 1, 2, 3, 4), '3.input'] },
  'npm-traceloop-llamaindex': { right: 47, wrong: [...ASKED_MODEL(0, 1, 2, 3, 4, 6), '3.input'], counted: 7 },
  'python-agent-framework': { right: 53 },
  'python-agno': { right: 56 },
  'python-autogen': { right: 66 },
  'python-crewai': { right: 82 },
  'python-dspy': { right: 40, counted: 8 },
  'python-google-adk': {
    right: 52,
    wrong: [
      '0.requestModel',
      '1.requestModel',
      '2.requestModel',
      '2.finishReason',
      '3.requestModel',
      '4.requestModel',
      '4.output',
      '5.requestModel',
    ],
  },
  'python-haystack': { right: 53 },
  'python-langfuse': { right: 85, wrong: [...PICTURE(6)] },
  'python-langsmith': { right: 65 },
  'python-litellm': { right: 68, wrong: [...ASKED_MODEL(4), '2.output'] },
  'python-logfire': { right: 100, wrong: [...ASKED_MODEL(4, 5)] },
  'python-mlflow-autolog': { right: 101, wrong: [...PICTURE(6)] },
  'python-mlflow-langfuse': { right: 60 },
  'python-mlflow-semconv': { right: 71, wrong: [...PICTURE(6), '5.finishReason'] },
  'python-mlflow-trace': { right: 72 },
  'python-openinference-anthropic': { right: 97, counted: 10 },
  'python-openinference-langchain': { right: 65, counted: 6 },
  'python-openinference-limit': { right: 15, wrong: ['0.requestModel', '0.input', '1.requestModel', '1.input'] },
  'python-openinference-llama-index': { right: 47 },
  'python-openinference-openai': { right: 102 },
  'python-openinference-openai-agents': { right: 91, wrong: ['10.responseModel'] },
  'python-openlit': { right: 89, wrong: ['3.input', '6.input', '9.output'] },
  'python-openllmetry': { right: 98, wrong: ['9.output'] },
  'python-openllmetry-anthropic': { right: 97 },
  'python-openllmetry-langchain': { right: 60, wrong: [...ASKED_MODEL(4)], counted: 6 },
  'python-opentelemetry-instrument': { right: 73, counted: 18 },
  'python-otel-genai-openai': { right: 102 },
  'python-otel-openai-v2': { right: 63 },
  'python-pydantic-ai': { right: 71 },
  'python-semantic-kernel': { right: 38 },
  'python-smolagents': { right: 35, wrong: ['1.input'] },
  'python-strands': { right: 48 },
};

const FOLDER = fileURLToPath(new URL('../../../fixtures/genai/', import.meta.url));

describe('recorded programs', () => {
  const recorded = readdirSync(FOLDER).filter(name => existsSync(join(FOLDER, name, 'truth.json')));
  for (const name of recorded) {
    const expected = EXPECTED[name];
    it(`${name} is understood as the model server saw it`, function () {
      if (!expected) this.skip();
      const found = compare(readCaptured(join(FOLDER, name)));
      const known = new Set(expected!.wrong);
      assert.deepEqual(
        found.wrong.filter(field => !known.has(field)),
        [],
      );
      assert.ok(found.right >= expected!.right, `only ${found.right} fields are right`);
      assert.equal(found.counted, expected!.counted ?? found.made);
    });
  }

  it('has them all', () => {
    assert.deepEqual(
      Object.keys(EXPECTED).filter(name => !recorded.includes(name)),
      [],
    );
  });
});
