import assert from 'node:assert/strict';
import { SecretNames } from '../../../../src/otlp/redact/keyNames.ts';
import { maskText } from '../../../../src/otlp/redact/maskText.ts';

const names = new SecretNames();
const mask = (text: string) => maskText(text, names);

/** Made up, and put together here, so that no tool takes this file for one that leaks. */
const HEX = '9f8e7d6c5b4a39281706f5e4d3c2b1a0';
const WORD = 'Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4z';
const JWT = `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.${WORD}`;
const PEM = `-----BEGIN RSA PRIVATE KEY-----\nMIIEow${WORD}\n${WORD}\n-----END RSA PRIVATE KEY-----`;

/** Text, what is kept of it, how many values were masked. */
const SECRETS: [string, string, number][] = [
  [`Bearer ${WORD}`, 'Bearer [masked]', 1],
  [`call failed: bearer ${HEX} was refused`, 'call failed: bearer [masked] was refused', 1],
  ['Bearer secret-token-value', 'Bearer [masked]', 1],
  ['Basic dXNlcjpwYXNzd29yZA==', 'Basic [masked]', 1],
  [`key sk-${WORD}.`, 'key [masked].', 1],
  [`sk-proj-${WORD}_${WORD}-x`, '[masked]', 1],
  [`sk-ant-api03-${WORD}-AA`, '[masked]', 1],
  [`sk-or-v1-${HEX}${HEX}`, '[masked]', 1],
  ['sk-lf-0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9', '[masked]', 1],
  [`Incorrect API key provided: sk-${'abcdefghijklmnopqrstuvwxyz'}`, 'Incorrect API key provided: [masked]', 1],
  ['id AKIAIOSFODNN7EXAMPLE, ok', 'id [masked], ok', 1],
  [`ghp_${WORD}abcd`, '[masked]', 1],
  [`github_pat_11ABCDEFG0_${WORD}`, '[masked]', 1],
  [`xoxb-123456789012-${WORD}`, '[masked]', 1],
  [`AIza${WORD}abc`, '[masked]', 1],
  [`token is ${JWT}!`, 'token is [masked]!', 1],
  [`sk_live_${WORD}`, '[masked]', 1],
  [`hf_${WORD}`, '[masked]', 1],
  [`a ${PEM} b`, 'a -----BEGIN RSA PRIVATE KEY-----[masked]-----END RSA PRIVATE KEY----- b', 1],
  [PEM.slice(0, 60), '-----BEGIN RSA PRIVATE KEY-----[masked]', 1],
  ['postgres://bob:hunter2@db:5432/shop', 'postgres://bob:[masked]@db:5432/shop', 1],
  ['redis://:hunter2@cache:6379', 'redis://:[masked]@cache:6379', 1],
  ['amqp://u:p@ss@host/v', 'amqp://u:[masked]@host/v', 1],
  ['GET /a?id=3&token=abc123&x=1', 'GET /a?id=3&token=[masked]&x=1', 1],
  ['https://h/p?api_key=abc#top', 'https://h/p?api_key=[masked]#top', 1],
  [
    `https://b.s3.amazonaws.com/o?X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F2026&X-Amz-Date=2026&X-Amz-Signature=${HEX}`,
    'https://b.s3.amazonaws.com/o?X-Amz-Credential=[masked]&X-Amz-Date=2026&X-Amz-Signature=[masked]',
    2,
  ],
  ['Server=db;User Id=sa;Password=hunter2;Encrypt=true', 'Server=db;User Id=sa;Password=[masked];Encrypt=true', 1],
  ['host=db user=bob password=hunter2 dbname=shop', 'host=db user=bob password=[masked] dbname=shop', 1],
  ['grant_type=x&client_secret=abc&code=1', 'grant_type=x&client_secret=[masked]&code=1', 1],
  ['{"authorization":"abc","n":1}', '{"authorization":"[masked]","n":1}', 1],
  ['{"api_key": "a\\"b", "model": "m"}', '{"api_key": "[masked]", "model": "m"}', 1],
  [
    '{"args":"{\\"password\\":\\"hunter2\\",\\"user\\":\\"bob\\"}"}',
    '{"args":"{\\"password\\":\\"[masked]\\",\\"user\\":\\"bob\\"}"}',
    1,
  ],
  ['{"cookie": ["a=1", "b=2"], "c": "d"}', '{"cookie": ["[masked]", "[masked]"], "c": "d"}', 2],
  ["{'Authorization': 'Token abc', 'Accept': '*/*'}", "{'Authorization': '[masked]', 'Accept': '*/*'}", 1],
  ['{"password":"cut off', '{"password":"[masked]', 1],
  [
    'GET / HTTP/1.1\r\nAuthorization: Custom abc\r\nAccept: */*',
    'GET / HTTP/1.1\r\nAuthorization: [masked]\r\nAccept: */*',
    1,
  ],
  ['curl -H "X-Api-Key: abc" https://h', 'curl -H "X-Api-Key: [masked]" https://h', 1],
];

/** What people would be angry to see masked. */
const INNOCENT: string[] = [
  '0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9',
  HEX + HEX,
  `sha256:${HEX}${HEX}`,
  `data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUA${WORD}AIza${WORD}+sk-${'/'}AAAAElFTkSuQmCC`,
  'pip install scikit-learn sk-learn sk-learn-contrib',
  'task-123',
  'task-1234567890123456789012345',
  'risk-abcdefghijklmnopqrstuvwxyz123',
  'the token is checked, then a secret is read and the password is changed',
  'max tokens exceeded: 4096 tokens requested, token limit 2048',
  '{"input_tokens": "12", "max_tokens": "100", "token_count":"7", "tokenizer": "cl100k"}',
  '{"password": 12345, "token": null, "secret": true}',
  '{"next_page_token": "CAEQAA", "pageToken": "x"}',
  '{"credentials": "include"}',
  'https://api.example.com/v1/items?page_token=abc&limit=10',
  'GET /reset?token={token}',
  'someone@example.com',
  'mailto:someone@example.com',
  'https://someone@example.com/path',
  'https://registry.npmjs.org/@scope/name',
  'http://localhost:8080/@fs/a:b@c',
  'ssh://git@github.com:22/a/b.git',
  'postgres://bob:***@db/shop',
  'postgres://bob:$DB_PASSWORD@db/shop',
  `postgres://bob:$${'{DB_PASSWORD}'}@db/shop`,
  'Basic programming in the browser',
  'basic understanding',
  'Bearer authentication required',
  'WWW-Authenticate: Bearer realm="x", error="invalid_token"',
  'the bearer instrument-of-payment was accepted',
  'Traceback (most recent call last):\n  File "auth.py", line 3, in login\n    client.login(user, password=password, token=self.token)\nKeyError: \'token\'',
  'at Token.refresh (/app/src/token.ts:12:3)\n    at async Cookie.parse (node_modules/cookie/index.js:4:1)',
  'eyJpZCI6MTIzNDU2Nzg5MCwidHlwZSI6InBhZ2UifQ',
  'AKIA',
  'asiapacific',
  'ghp_short',
  'xoxo-kisses',
  'SELECT token, secret FROM keys WHERE password IS NOT NULL',
  '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
  '-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----',
  'postgres://bob:[masked]@db?token=[masked]',
  'Authorization header missing',
  'key=value&id=12&name=token',
  'día 火 🦉 \u0000 token',
];

describe('masking text', () => {
  for (const [text, kept, count] of SECRETS) {
    it(`masks the secret part of ${JSON.stringify(text.slice(0, 60))}`, () => {
      assert.deepEqual(mask(text), { text: kept, count });
      assert.deepEqual(mask(kept), { text: kept, count: 0 }, 'what is masked stays as it is');
    });
  }

  for (const text of INNOCENT) {
    it(`leaves ${JSON.stringify(text.slice(0, 60))}`, () => assert.deepEqual(mask(text), { text, count: 0 }));
  }

  // Each repeats what a pattern begins with; whatever is quadratic takes minutes here.
  for (const piece of [
    'eyJ',
    'sk-',
    'sk-proj-',
    'gsk_',
    '://a:',
    'Bearer ',
    '"password":',
    '"password":"',
    '"password":["',
    '\\',
    '\\"',
    '"a',
    '-----BEGIN PRIVATE KEY-----',
    'authorization:',
    '\ncookie: ',
    '?token=',
    'xapp-1-',
    'AKIA',
    ' ',
    'a.',
    'github_pat_',
  ]) {
    it(`takes no longer for a megabyte of ${JSON.stringify(piece)}`, () => {
      const text = piece.repeat(2 ** 20 / piece.length);
      const began = process.cpuUsage();
      mask(text);
      const { user } = process.cpuUsage(began);
      assert.ok(user < 2_000_000, `${user / 1000} ms`);
    });
  }

  it('takes no longer for a megabyte that looks like a user and a password', () => {
    const text = `Basic ${Buffer.from(`${':'.repeat(2 ** 20)}\0`).toString('base64')}`;
    const began = process.cpuUsage();
    assert.equal(mask(text).count, 0);
    assert.ok(process.cpuUsage(began).user < 2_000_000);
  });
});
