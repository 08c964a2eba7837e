import { adk } from './families/adk.ts';
import { agentFramework } from './families/agentFramework.ts';
import { anthropic } from './families/anthropic.ts';
import { autogen } from './families/autogen.ts';
import { claudeCode } from './families/claudeCode.ts';
import { codex } from './families/codex.ts';
import { common } from './families/common.ts';
import { copilot } from './families/copilot.ts';
import { crewai } from './families/crewai.ts';
import { geminiCli } from './families/geminiCli.ts';
import { genkit } from './families/genkit.ts';
import { haystack } from './families/haystack.ts';
import { langfuse } from './families/langfuse.ts';
import { langsmith } from './families/langsmith.ts';
import { litellm } from './families/litellm.ts';
import { llamaStack } from './families/llamaStack.ts';
import { logfire } from './families/logfire.ts';
import { mastra } from './families/mastra.ts';
import { mcp } from './families/mcp.ts';
import { mlflow } from './families/mlflow.ts';
import { openinference } from './families/openinference.ts';
import { openlit } from './families/openlit.ts';
import { openllmetry } from './families/openllmetry.ts';
import { otel } from './families/otel.ts';
import { pydantic } from './families/pydantic.ts';
import { semanticKernel } from './families/semanticKernel.ts';
import { spring } from './families/spring.ts';
import { strands } from './families/strands.ts';
import { vercel } from './families/vercel.ts';
import { voltagent } from './families/voltagent.ts';
import type { Family } from './family.ts';

/**
 * Every family that is understood, in the order in which they are believed: what says a thing outright before what
 * implies it, and what adds to the conventions before the conventions. A span may speak several.
 */
export const FAMILIES: readonly Family[] = [
  langfuse,
  mlflow,
  openinference,
  langsmith,
  litellm,
  openlit,
  mastra,
  claudeCode,
  codex,
  adk,
  strands,
  pydantic,
  logfire,
  copilot,
  geminiCli,
  anthropic,
  semanticKernel,
  agentFramework,
  autogen,
  crewai,
  voltagent,
  genkit,
  haystack,
  spring,
  llamaStack,
  vercel,
  openllmetry,
  otel,
  mcp,
  common,
];
