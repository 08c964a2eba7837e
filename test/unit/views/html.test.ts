import assert from 'node:assert/strict';
import { createNonce, inspectorHtml } from '../../../src/views/inspector/html.ts';

describe('the page around the inspector', () => {
  const nonce = createNonce();
  const html = inspectorHtml(
    {
      cspSource: 'https://*.cdn',
      script: 'https://a/inspector.js',
      style: 'https://a/s.css',
      icons: 'https://a/i.css',
    },
    nonce,
  );
  const policy = /content="([^"]*)">/.exec(html)?.[1] ?? '';
  const rules = new Map(policy.split('; ').map(rule => [rule.split(' ')[0] ?? '', rule.split(' ').slice(1)] as const));

  it('allows nothing that is not named', () => {
    assert.deepEqual(rules.get('default-src'), ["'none'"]);
    assert.deepEqual([...rules.keys()], ['default-src', 'script-src', 'style-src', 'font-src', 'img-src']);
    for (const source of [...rules.values()].flat()) assert.doesNotMatch(source, /unsafe|^\*|https:$/);
  });

  it('lets its script run by the nonce, before any other tag loads something', () => {
    assert.deepEqual(rules.get('script-src'), [`'nonce-${nonce}'`, 'https://*.cdn']);
    assert.ok(html.includes(`<script type="module" nonce="${nonce}" src="https://a/inspector.js">`));
    assert.ok(html.indexOf('Content-Security-Policy') < html.indexOf('<link'));
  });

  it('has no style or script in its markup', () => {
    assert.doesNotMatch(html, /<style|style=|\son\w+=|<script(?![^>]*src=)/);
  });

  it('has another nonce each time', () => {
    const nonces = new Set(Array.from({ length: 100 }, createNonce));
    assert.equal(nonces.size, 100);
    for (const each of nonces) assert.match(each, /^[\w-]{22}$/);
  });
});
