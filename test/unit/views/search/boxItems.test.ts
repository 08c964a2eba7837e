import assert from 'node:assert/strict';
import { completionsAt } from '../../../../src/model/search/complete.ts';
import { type BoxAction, type BoxItem, type BoxState, boxItems } from '../../../../src/views/search/boxItems.ts';
import { mistakeIn } from '../../../../src/views/search/mistake.ts';
import type { TraceFilter } from '../../../../src/views/search/traceFilter.ts';

const VOCABULARY = { keys: [{ key: 'shop.product', values: ['kettle', 'sugar bowl'] }] };

/** The box as it is after `text` was written. */
function box(text: string, rest: Partial<BoxState> & { range?: TraceFilter['range'] } = {}) {
  const { range, ...changes } = rest;
  const { sections, active } = boxItems({
    draft: { text, ...(range && { range }) },
    mistake: mistakeIn(text),
    completions: completionsAt(text, text.length, VOCABULARY),
    recent: [],
    saved: [],
    ...changes,
  });
  const section = (title: string): BoxItem[] => sections.find(each => each.title === title)?.items ?? [];
  return { first: section('')[0]!, active, section, titles: sections.map(({ title }) => title) };
}

/** What is written after the completion with this label was chosen. */
function chosen(text: string, label: string | RegExp): string {
  const items = box(text).section('Completions');
  const item = items.find(each => (typeof label === 'string' ? each.label === label : label.test(each.label)));
  assert.ok(item, `${label} is not among ${items.map(each => each.label).join(', ')}`);
  assert.equal(item.action.type, 'write');
  return item.action.type === 'write' ? item.action.text : '';
}

const actions = (items: readonly BoxItem[]): BoxAction['type'][] => items.map(({ action }) => action.type);

describe('the rows of the filter box', () => {
  it('begin with what Enter does: search, or show all', () => {
    const { first, active } = box('error service:shop');
    assert.equal(active, first);
    assert.deepEqual(first.action, { type: 'apply' });
    assert.equal(first.detail, 'a span whose status is error and whose service is shop');
    assert.match(box('').first.label, /Show all traces/);
    assert.match(box('', { range: { since: '15m' } }).first.label, /Show matching traces/);
    assert.equal(box('', { range: { since: '15m' } }).first.description, 'last 15 min');
  });

  it('say at once what is wrong, and where; Enter then does nothing', () => {
    const { first, active, titles } = box('duration:>soon error');
    assert.match(first.label, /^\$\(error\)/);
    assert.equal(first.description, 'duration:>▸soon◂ error');
    assert.match(first.detail ?? '', /^A duration is compared like this/);
    assert.deepEqual(first.action, { type: 'nothing' });
    assert.equal(active, first);
    assert.ok(titles.includes('Filters'));
  });

  it('have room for long messages', () => {
    const message = Array.from({ length: 40 }, (_, i) => `word${i}`).join(' ');
    const { section } = box('x', { mistake: { message, excerpt: '▸x◂', isUnfinished: false } });
    const lines = section('').flatMap(({ label, detail }) => [label, detail ?? '']);
    assert.equal(lines.slice(1).join(' ').trim(), message);
    assert.ok(
      lines.every(line => line.length <= 90),
      lines.join('\n'),
    );
    assert.deepEqual(new Set(actions(section(''))), new Set(['nothing']));
  });

  it('go on with what is half written, where Enter is pressed', () => {
    const { first, active, section } = box('error shop.product:');
    assert.match(first.label, /Not finished/);
    assert.equal(first.description, 'error shop.product:▸◂');
    assert.deepEqual(first.action, { type: 'nothing' });
    assert.equal(active, section('Completions')[0]);
  });

  it('complete keys and values of what is stored', () => {
    assert.equal(chosen('error shop.pro', /shop\.product/), 'error shop.product:');
    assert.equal(chosen('shop.product:ke', /kettle/), 'shop.product:kettle ');
    assert.equal(chosen('shop.product:su', /sugar/), 'shop.product:"sugar bowl" ');
    assert.equal(chosen('status:er', /error/), 'status:error ');
    assert.match(chosen('{ .shop.pro', /shop\.product/), /^\{ \.shop\.product/);
  });

  it('offer a few keys where nothing is written, more where something is', () => {
    const vocabulary = { keys: Array.from({ length: 60 }, (_, i) => ({ key: `key.${i}`, values: [] })) };
    const offered = (text: string) =>
      box(text, { completions: completionsAt(text, text.length, vocabulary) }).section('Completions').length;
    assert.equal(offered(''), 5);
    assert.equal(offered('error '), 5);
    assert.equal(offered('key'), 30);
  });

  it('have the last searches and the saved ones, each with a button to remove it', () => {
    const recent: TraceFilter[] = [{ text: 'error' }, { text: 'service:shop', range: { since: 'today' } }];
    const saved = [{ name: 'Slow ones', filter: { text: 'duration:>1s' } }];
    const all = box('', { recent, saved });
    assert.deepEqual(
      all.section('Recent searches').map(({ label, removal }) => [label, removal]),
      [
        ['$(history) error', { type: 'recent', filter: recent[0] }],
        ['$(history) service:shop · today', { type: 'recent', filter: recent[1] }],
      ],
    );
    const [slow] = all.section('Saved searches');
    assert.deepEqual(slow, {
      label: '$(bookmark) Slow ones',
      description: 'duration:>1s',
      action: { type: 'use', filter: { text: 'duration:>1s' } },
      removal: { type: 'saved', name: 'Slow ones' },
    });
    const some = box('slow', { recent, saved });
    assert.deepEqual(some.section('Recent searches'), []);
    assert.equal(some.section('Saved searches').length, 1);
    const same = box('error', { recent, saved });
    assert.deepEqual(same.section('Recent searches'), [], 'what is written already is no choice');
  });

  it('offer filters that suit the text', () => {
    assert.deepEqual(actions(box('').section('Filters')), ['toggleErrors', 'askDuration', 'askService', 'askRange']);
    assert.deepEqual(actions(box('shop').section('Filters')).at(-1), 'save');
    assert.deepEqual(actions(box('service:').section('Filters')), ['askRange'], 'a broken text is not added to');
    const labels = (text: string) =>
      box(text)
        .section('Filters')
        .map(({ label }) => label);
    assert.ok(labels('shop').includes('$(error) Errors only'));
    assert.ok(labels('error shop').includes('$(error) Not only errors'));
  });

  it('draw no icons and no lines out of what was reported or written', () => {
    const completions = [{ insert: 'x', label: '$(bug)\nx', detail: 'a\u202eb', from: 0, to: 0 }];
    const { section } = box('', { completions, recent: [{ text: '"$(bug)"' }] });
    assert.equal(section('Completions')[0]?.label, '$\u200b(bug) x');
    assert.equal(section('Completions')[0]?.description, 'a\ufffdb');
    assert.equal(section('Recent searches')[0]?.label, '$(history) "$\u200b(bug)"');
  });
});
