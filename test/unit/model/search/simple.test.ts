import assert from 'node:assert/strict';
import { parseSearch } from '../../../../src/model/search/parse.ts';
import { rejects } from './rejects.ts';
import { show } from './show.ts';

describe('words and terms of a search', () => {
  const read: [text: string, query: string][] = [
    ['', 'all'],
    [' \t\n ', 'all'],
    ['chat', '{contains "chat"}'],
    ['  chat  room ', '{(contains "chat" & contains "room")}'],
    ['"two  words"', '{contains "two  words"}'],
    ['"a \\"b\\" \\\\ \\n"', '{contains "a \\"b\\" \\\\ \\\\n"}'],
    ['error', '{<status> = "error"~}'],
    ['Errors', '{<status> = "error"~}'],
    ['"error"', '{contains "error"}'],
    ['errorless', '{contains "errorless"}'],
    // Ids.
    ['0af765', '{(contains "0af765" | id 0af765)}'],
    [
      '0AF7651916cd43dd8448eb211c80319c',
      '{(contains "0AF7651916cd43dd8448eb211c80319c" | id 0af7651916cd43dd8448eb211c80319c)}',
    ],
    ['0af76', '{contains "0af76"}'],
    ['0af765x', '{contains "0af765x"}'],
    ['"0af765"', '{contains "0af765"}'],
    ['trace:0AF', '{id 0af}'],
    ['trace:"0af7651916cd43dd8448eb211c80319c"', '{id 0af7651916cd43dd8448eb211c80319c}'],
    ['trace:0af*', '{id 0af}'],
    ['trace:!=0af', '{!id 0af}'],
    ['span:B7AD6B7169203331', '{<spanId> = "b7ad6b7169203331"~}'],
    ['span:b7ad', '{<spanId> = like b7ad*~}'],
    ['span:b7ad*', '{<spanId> = like b7ad*~}'],
    // Words that hold more than letters.
    ['http://host:80/path?a=b', '{contains "http://host:80/path?a=b"}'],
    ['std::vector', '{contains "std::vector"}'],
    ['C:\\temp', '{contains "C:\\\\temp"}'],
    ['12:30:05', '{contains "12:30:05"}'],
    ['10.0.0.1:80', '{contains "10.0.0.1:80"}'],
    ['main.(*Server).Serve', '{contains "main.(*Server).Serve"}'],
    ['/users', '{contains "/users"}'],
    ['*foo*', '{contains "foo"}'],
    ['*', '{()}'],
    ['SELECT * FROM', '{(contains "SELECT" & () & contains "FROM")}'],
    [':x', '{contains ":x"}'],
    ['a=b:c', '{contains "a=b:c"}'],
    // Denied.
    ['-chat', '(all & no {contains "chat"})'],
    ['-"two words"', '(all & no {contains "two words"})'],
    ['a -b -error', '({contains "a"} & no {contains "b"} & no {<status> = "error"~})'],
    ['-service:web', '(all & no {<service> = "web"~})'],
    ['-duration:1s..2s', '(all & no {(<duration> >= 1000000000 (1s)~ & <duration> <= 2000000000 (2s)~)})'],
    ['--x', '(all & no {contains "-x"})'],
    ['a-b', '{contains "a-b"}'],
    // Well-known keys.
    ['name:chat', '{<name> = "chat"~}'],
    ['NAME:"GET /users"', '{<name> = "GET /users"~}'],
    ['service:api kind:Server status:OK', '{(<service> = "api"~ & <kind> = "server"~ & <status> = "ok"~)}'],
    ['status:!=ok', '{<status> != "ok"~}'],
    ['kind:*er', '{<kind> = like *er~}'],
    ['message:*refused*', '{<statusMessage> = like *refused*~}'],
    ['event:exception event.name:x', '{(<eventName> = "exception"~ & <eventName> = "x"~)}'],
    ['scope:io.http', '{<scopeName> = "io.http"~}'],
    ['root.name:a rootName:b', '{(<rootName> = "a"~ & <rootName> = "b"~)}'],
    ['root.service:a', '{<rootService> = "a"~}'],
    ['spans:>10', '{<spanCount> > 10~}'],
    ['spans:1..3', '{(<spanCount> >= 1~ & <spanCount> <= 3~)}'],
    ['duration:>200ms', '{<duration> > 200000000 (200ms)~}'],
    ['duration:<=1.1s', '{<duration> <= 1100000000 (1.1s)~}'],
    ['duration:1h30m', '{<duration> = 5400000000000 (1h30m)~}'],
    ['duration:>0', '{<duration> > 0~}'],
    ['duration:100us..', '{<duration> >= 100000 (100us)~}'],
    ['duration:..5\u00b5s', '{<duration> <= 5000 (5\u00b5s)~}'],
    ['trace.duration:>1m', '{<traceDuration> > 60000000000 (1m)~}'],
    ['duration:*', '{has <duration>}'],
    ['http.status:>=500', '{any[http.response.status_code,http.status_code,http.status] >= 500~}'],
    [
      'env:prod',
      '{any[deployment.environment.name,deployment.environment,langfuse.environment,environment,env] = "prod"~}',
    ],
    [
      'Tags:x',
      '{any[langfuse.trace.tags,tag.tags,langsmith.span.tags,logfire.tags,ai.telemetry.metadata.tags,tag,tags,Tags] = "x"~}',
    ],
    // Attributes.
    ['http.route:users', '{any[http.route] = "users"~}'],
    ['Http.Route:users', '{any[Http.Route] = "users"~}'],
    ['"my key":x', '{any[my key] = "x"~}'],
    ['"name":x', '{any[name] = "x"~}'],
    ['"span.x":y', '{any[span.x] = "y"~}'],
    ['"a\\"b":c', '{any[a"b] = "c"~}'],
    [
      'resource.a:1 span.b:2 event.c:3 link.d:4 scope.e:5',
      '{(resource[a] = 1~ & span[b] = 2~ & event[c] = 3~ & link[d] = 4~ & scope[e] = 5~)}',
    ],
    ['constructor:x __proto__:y', '{(any[constructor] = "x"~ & any[__proto__] = "y"~)}'],
    ['a-b/c_d:x', '{any[a-b/c_d] = "x"~}'],
    // Values.
    ['k:200', '{any[k] = 200~}'],
    ['k:"200"', '{any[k] = "200"~}'],
    ['k:-1.5', '{any[k] = -1.5~}'],
    ['k:007', '{any[k] = 7 (007)~}'],
    ['k:1.5k', '{any[k] = 1500 (1.5k)~}'],
    ['k:>2M', '{any[k] > 2000000 (2M)~}'],
    ['k:5m', '{any[k] = 300000000000 (5m)~}'],
    ['k:12e5', '{any[k] = "12e5"~}'],
    ['k:>1e3', '{any[k] > 1000 (1e3)~}'],
    ['k:true', '{any[k] = "true"~}'],
    ['k:gpt*', '{any[k] = like gpt*~}'],
    ['k:"gpt*"', '{any[k] = "gpt*"~}'],
    ['k:*', '{has any[k]}'],
    ['k:!=*', '{!has any[k]}'],
    ['k:=x', '{any[k] = "x"~}'],
    ['k:!="a b"', '{any[k] != "a b"~}'],
    ['k:>2024-01-31', '{any[k] > "2024-01-31"~}'],
    ['k:>="b c"', '{any[k] >= "b c"~}'],
    ['k:1..5', '{(any[k] >= 1~ & any[k] <= 5~)}'],
    ['k:-5..-1', '{(any[k] >= -5~ & any[k] <= -1~)}'],
    ['k:1..', '{any[k] >= 1~}'],
    ['k:../up', '{any[k] = "../up"~}'],
    ['k:a..b', '{any[k] = "a..b"~}'],
    ['k:..', '{any[k] = ".."~}'],
    ['k:""', '{any[k] = ""~}'],
    ['k:a:b', '{any[k] = "a:b"~}'],
    ['k:/ab+/', '{any[k] =~ /ab+/~}'],
    ['k:/a b \\/ c/ d', '{(any[k] =~ /a b / c/~ & contains "d")}'],
    ['k:!=/a/', '{any[k] !~ /a/~}'],
    ['k:/(?i)a/', '{any[k] =~ /a/~}'],
    ['k:/users', '{any[k] = "/users"~}'],
    ['k:/api/v1/', '{any[k] = "/api/v1/"~}'],
    ['k:/', '{any[k] = "/"~}'],
    ['k://x', '{contains "k://x"}'],
  ];
  for (const [text, query] of read) {
    it(JSON.stringify(text), () => assert.equal(show(parseSearch(text)), query));
  }

  // The carets stand under what the mistake is about.
  const mistakes: [text: string, where: string, message: RegExp][] = [
    ['"a b', '^', /not closed; add a "/],
    ['a k:"b', '    ^', /not closed/],
    ['-', '^', /After the - a word is missing/],
    ['a - b', '  ^', /in quotes/],
    ['""', '^^', /A word is missing/],
    ['k:', '  ^', /After k: a value is missing/],
    ['k: x', '  ^', /without a space/],
    ['k:>', '   ^', /After > a value is missing/],
    ['k:>= 5', '    ^', /After >= a value is missing/],
    ['"":x', '^^', /A key is missing/],
    ['say"hi"', '   ^', /quote cannot stand in the middle/],
    ['k:a"b"', '   ^', /quote cannot stand in the middle/],
    ['"a"b', '   ^', /After the closing quote a space is missing/],
    ['k:"a"b', '     ^', /After the closing quote a space is missing/],
    ['a OR b', '  ^^', /no "or" between words: .*in braces/],
    ['a || b', '  ^^', /no "or" between words/],
    ['a AND b', '  ^^^', /leave this one out/],
    ['a && b', '  ^^', /leave this one out/],
    ['NOT b', '^^^', /with a - in front/],
    ['a (b', '  ^', /Words cannot be grouped/],
    ['a { b }', '  ^', /Words cannot be grouped: begin the search with a brace/],
    ['duration > 1s', '         ^', /duration:>100ms/],
    ['duration:>5q', '           ^', /no unit of a duration; there are ns, us, ms, s, m, h or d/],
    ['duration:>200', '          ^^^', /needs a unit .* as in 200ms/],
    ['duration:>2M', '           ^', /no unit/],
    ['duration:1.2.3', '         ^^^^^', /compared like this/],
    ['duration:soon', '         ^^^^', /duration:>200ms/],
    ['duration:1s..x', '             ^', /duration:1s\.\.5s/],
    ['duration:..', '         ^', /duration:1s\.\.5s/],
    ['duration:>*', '          ^', /a value is missing/],
    ['duration:/1/', '         ^^^', /no regular expression/],
    ['spans:many', '      ^^^^', /spans:>10/],
    ['spans:5s', '      ^^', /spans:>10/],
    ['kind:servant', '     ^^^^^^^', /There is no kind .* server, client, internal, producer, consumer, unspecified/],
    ['status:>ok', '       ^^^', /One status is not more than another/],
    ['trace:xyz', '      ^^^', /32 hexadecimal digits/],
    ['trace:>abc', '       ^^^', /32 hexadecimal digits/],
    ['span:0123456789abcdef0', '     ^^^^^^^^^^^^^^^^^', /16 hexadecimal digits/],
    ['k:/(/', '  ^^^', /cannot be read/],
    ['k:/(?=a)b/ c', '  ^^^^^^^^', /looks ahead/],
    ['-since:1h', '^', /use until: instead/],
    ['since:>1h', '      ^^^', /only a time can stand/],
    ['since:2026-02-31', '      ^^^^^^^^^^', /This is no time/],
    ['until:"later on"', '       ^^^^^^^^', /This is no time/],
  ];
  for (const [text, where, message] of mistakes.filter(([, , message]) => message !== undefined)) {
    it(`${text} is a mistake`, () => rejects(text, where, message));
  }

  it('has 10,000 characters at most', () => {
    assert.doesNotThrow(() => parseSearch('x'.repeat(10_000)));
    rejects('x'.repeat(10_001), `${' '.repeat(10_000)}^`, /can be 10000 characters long/);
  });

  it('has 1,000 terms at most', () => {
    assert.doesNotThrow(() => parseSearch('a '.repeat(1_000)));
    rejects('a '.repeat(1_001), `${' '.repeat(2_000)}^`, /1000 terms at most/);
  });
});
