import assert from 'node:assert/strict';
import { Anchors } from '../../../../src/otlp/redact/anchors.ts';
import { SecretNames } from '../../../../src/otlp/redact/keyNames.ts';

const SECRET = [
  ...['authorization', 'Authorization', 'proxy-authorization', 'http.request.header.authorization', 'cookie'],
  ...['set-cookie', 'http.response.header.set_cookie', 'x-api-key', 'X-API-KEY', 'api_key', 'api-key', 'apikey'],
  ...[
    'apiKey',
    'APIKey',
    'llm.api_key',
    'openaiApiKey',
    'token',
    'access_token',
    'refreshToken',
    'id_token',
    'IDToken',
  ],
  ...['auth_token', 'session.token', 'bearer_token', 'x-auth-token', 'secret', 'client_secret', 'clientSecret'],
  ...['password', 'DB_PASSWORD', 'user.password', 'passwd', 'pwd', 'db.pwd', 'private_key', 'privateKey', 'credential'],
  ...['credentials', 'aws.credentials', 'db.connection_string', 'connectionString', 'aws_secret_access_key'],
  ...['authorization.0', 'cookies[2]', 'token.0.0', 'AccountKey', 'ocp-apim-subscription-key'],
];
const KEPT = [
  ...['input_tokens', 'token_count', 'max_tokens', 'gen_ai.usage.input_tokens', 'gen_ai.usage.output_tokens'],
  ...['llm.token_count.prompt', 'tokenizer', 'tokens', 'token.type', 'tokenCount', 'maxTokens', 'next_page_token'],
  ...['nextPageToken', 'page_token', 'eos_token', 'prompt_token', 'secret_name', 'secret.arn', 'password_length'],
  ...['authorization.scheme', 'authorization_url', 'cookie_consent', 'key', 'cache.key', 'primary_key', 'db.key'],
  ...['messaging.kafka.message.key', 'session.id', 'api_version', 'api.keyboard', 'monkey', 'forgotpassword'],
  ...['connection', 'string', 'PWD', 'process.environment_variable.PWD', 'secretary', '', '.', '0', '__proto__'],
];

describe('names of credentials', () => {
  const names = new SecretNames();
  const anchors = new Anchors();
  for (const name of SECRET) {
    it(`${name} is one`, () => {
      assert.equal(names.has(name), true);
      for (const before of ['', 'x', 'xy', '\n\x0d']) {
        // The search must find whatever the rule would mask, wherever it lies and whatever follows.
        for (const after of ['', '\x12', 'J', 'R', 'b', 'j', 'p', 'z']) {
          const bytes = Buffer.from(before + name + after, 'latin1');
          assert.notEqual(anchors.find(bytes).length, 0, JSON.stringify(before + name + after));
        }
      }
    });
  }
  for (const name of KEPT) it(`${name || 'nothing'} is none`, () => assert.equal(names.has(name), false));

  it('the user adds names, in any spelling', () => {
    const own = new SecretNames(['card_number', 'SSN', 'page_token']);
    for (const name of ['card_number', 'payment.cardNumber', 'CARD-NUMBER', 'customer.ssn', 'next.page_token']) {
      assert.equal(own.has(name), true, name);
    }
    for (const name of ['number', 'card', 'card_number_length', 'lessn']) assert.equal(own.has(name), false, name);
  });
});
