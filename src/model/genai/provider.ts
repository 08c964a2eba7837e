import type { Fields } from './fields.ts';

/** Providers by their name in the OpenTelemetry conventions, with the other names that senders have for them. */
const NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    openai: 'openai openai.chat openai.responses openai.completion openai.embedding openai.completions',
    'azure.ai.openai': 'azure.ai.openai az.ai.openai azure azure_openai azure-openai azureopenai',
    'azure.ai.inference': 'azure.ai.inference az.ai.inference',
    anthropic: 'anthropic anthropic.messages',
    'gcp.vertex_ai': 'gcp.vertex_ai vertex_ai vertexai google_vertexai vertex google.vertex google-vertex',
    'gcp.gemini': 'gcp.gemini gemini google_genai google.generative-ai google-gla google_gla',
    'gcp.gen_ai': 'gcp.gen_ai google',
    x_ai: 'x_ai xai',
    'aws.bedrock': 'aws.bedrock aws bedrock amazon-bedrock amazon_bedrock bedrock_converse',
    mistral_ai: 'mistral_ai mistralai mistral',
    'ibm.watsonx.ai': 'ibm.watsonx.ai watsonx ibm',
    cohere: 'cohere',
    deepseek: 'deepseek',
    groq: 'groq',
    perplexity: 'perplexity',
  }).flatMap(([name, aliases]) => aliases.split(' ').map(alias => [alias, name] as const)),
);

/** Names of frameworks and telemetry that stand where a provider should. None of them sells tokens. */
const FRAMEWORKS = new Set([
  'langchain',
  'langgraph',
  'gcp.vertex.agent',
  'strands-agents',
  'strands',
  'microsoft.agent_framework',
  'semantic_kernel',
  'semantic-kernel',
  'microsoft.semantic_kernel',
  'autogen',
  'ag2',
  'crewai',
  'llamaindex',
  'llama_index',
  'pydantic-ai',
  'pydantic_ai',
  'haystack',
  'agno',
  'mastra',
  'dspy',
  'smolagents',
  'genkit',
  'spring_ai',
  'openai_agents',
  'openai-agents',
  'mcp',
  'unknown',
  'other',
  'none',
  '_other',
]);

/** The provider that a name means; `undefined` where it is the name of a framework. */
export function providerOf(sent: string): string | undefined {
  const name = sent.trim().toLowerCase();
  if (name === '' || FRAMEWORKS.has(name)) return undefined;
  const known = NAMES.get(name);
  if (known !== undefined) return known;
  // Vercel's names go on with the interface: `acme.chat`.
  const [, vendor] = /^([a-z0-9_-]+)\.(?:chat|responses|completion|embedding|messages|generative-ai)$/.exec(name) ?? [];
  return vendor === undefined ? name : (NAMES.get(vendor) ?? vendor);
}

/** The provider's name as it was sent, which may be that of a framework; '' for none. */
export function sentProvider(fields: Fields): string {
  return fields.text('gen_ai.system', 'gen_ai.provider.name') ?? '';
}
