import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readMarkdown } from '../../src/sandbox/page/assets/markdown.ts'
import {
  channelLink,
  code,
  isShownExactly,
  linesWithin,
  link,
  markdown,
  markdownLink,
  mention,
  moment,
  plain,
  preformatted,
  prose,
  proseLines,
  utc,
} from '../../src/slack/mrkdwn.ts'
import { hostileText } from './support/hostile.ts'

const max = fc.integer({ min: 10, max: 400 })
const CONTROLS = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/u

test('outside prose never holds a tag, a bare ampersand, formatting, an emoji or a line break', () => {
  fc.assert(
    fc.property(hostileText, max, (text, limit) => {
      const shown = prose(text, limit)
      assert.ok(shown.length > 0 && shown.length <= limit)
      assert.doesNotMatch(shown, /[<>*~`\n]/)
      assert.doesNotMatch(shown, /&(?!amp;|lt;|gt;)/)
      assert.doesNotMatch(shown, /(?<![A-Za-z0-9])_|_(?![A-Za-z0-9…&])/)
      assert.doesNotMatch(shown, /:[^\s:]+:/)
      assert.doesNotMatch(shown, /^&gt;/)
      assert.doesNotMatch(shown, CONTROLS)
    }),
  )
})

test('outside prose of several lines keeps its lines and nothing else', () => {
  assert.equal(proseLines('one\r\n> two\n\n*three*', 100), 'one\n› two\n∗three∗')
  fc.assert(
    fc.property(hostileText, max, (text, limit) => {
      const shown = proseLines(text, limit)
      assert.ok(shown.length <= limit)
      assert.doesNotMatch(shown, /[<>*~`]/)
      assert.doesNotMatch(shown, /^&gt;/m)
    }),
  )
})

test('an outside identifier cannot leave its code span', () => {
  assert.equal(code('jane_doe@northwind.example', 60), '`jane_doe@northwind.example`')
  fc.assert(
    fc.property(hostileText, max, (text, limit) => {
      const shown = code(text, limit)
      assert.ok(shown.length <= limit)
      assert.match(shown, /^`[^`<>\n]+`$/)
      assert.doesNotMatch(shown, /&(?!amp;|lt;|gt;)/)
      assert.doesNotMatch(shown, CONTROLS)
    }),
  )
})

test('plain and preformatted text are visible characters within their limit, never half a character', () => {
  fc.assert(
    fc.property(hostileText, max, (text, limit) => {
      for (const shown of [plain(text, limit), preformatted(text, limit)]) {
        assert.ok(shown.length > 0 && shown.length <= limit)
        assert.ok(shown.isWellFormed())
        assert.doesNotMatch(shown.replaceAll('\n', ''), CONTROLS)
      }
    }),
  )
})

test('ordinary names, addresses and words come through as they are', () => {
  assert.equal(prose('José Müller-Żak', 100), 'José Müller-Żak')
  assert.equal(prose('svc_deploy_bot was asked', 100), 'svc_deploy_bot was asked')
  assert.equal(prose('R&D <team>', 100), 'R&amp;D &lt;team&gt;')
})

test('terminal colours and direction overrides leave no trace', () => {
  assert.equal(prose('\u001b[31mred\u001b[0m \u202egnp.exe', 100), 'red gnp.exe')
})

test('what is cut ends in an ellipsis, and an escape is never cut in two', () => {
  assert.equal(prose('&&&&', 12), '&amp;&amp;…')
  assert.equal(prose('𝒳𝒳𝒳𝒳𝒳𝒳', 5), '𝒳𝒳…')
})

test('text that holds nothing visible is called empty', () => {
  assert.equal(prose('\u200b \u202e\n', 100), '(empty)')
  assert.equal(code('', 100), '`(empty)`')
})

test('only real ids become mentions and channel links', () => {
  assert.equal(mention('U0MAYA'), '<@U0MAYA>')
  assert.equal(mention('S0SECURITY'), '<!subteam^S0SECURITY>')
  assert.equal(mention('U0|<!channel>'), '`U0|&lt;!channel&gt;`')
  assert.equal(channelLink('C0REVIEW'), '<#C0REVIEW>')
  assert.equal(channelLink('here'), '`here`')
})

test('only web addresses become links', () => {
  assert.equal(
    link('https://northwind.slack.com/archives/C1/p1', 'open'),
    '<https://northwind.slack.com/archives/C1/p1|open>',
  )
  assert.equal(link('javascript:alert(1)', 'open'), 'open')
  assert.equal(link('https://evil.example/|x><!channel', 'open'), 'open')
})

test('outside text in Markdown is one paragraph of words and code, whatever it holds', () => {
  assert.equal(
    markdown('Jonas gave ana@northwind.example 3 roles at 03:12:07 (see https://evil.example/a_b).', 200),
    'Jonas gave `ana@northwind.example` 3 roles at 03:12∶07 (see `https://evil.example/a_b`).',
  )
  assert.equal(
    markdown('[sign in](x) <!channel> &lt;@U1&gt; **b**', 200),
    '［sign in］(x) ‹!channel› `＆lt;@U1＆gt`; ∗∗b∗∗',
  )
  for (const [typed, shown] of [
    ['# heading', '＃ heading'],
    ['- item', '– item'],
    ['1. item', '1． item'],
    ['| a | b |', '∣ a ∣ b ∣'],
    ['> quote', '› quote'],
  ] as const)
    assert.equal(markdown(typed, 200), shown)
  const kinds = (text: string): unknown[] =>
    readMarkdown(text).flatMap((part) =>
      part.kind === 'paragraph' ? part.children.map(({ kind }) => kind) : [part.kind],
    )
  fc.assert(
    fc.property(hostileText, max, (text, limit) => {
      const shown = markdown(text, limit)
      assert.deepEqual(
        kinds(shown).filter((kind) => kind !== 'text' && kind !== 'code'),
        [],
      )
      assert.doesNotMatch(shown, /[<>]|&#?\w/)
      assert.doesNotMatch(shown.replaceAll(/`[^`]*`/g, ''), /[[\]|*~`@]|:\/\/|:[^\s:]+:/)
      assert.doesNotMatch(shown, CONTROLS)
    }),
  )
})

test('a link in Markdown leads only to where its address says', () => {
  assert.equal(markdownLink('https://a.example/b', 'G-1'), '[G-1](https://a.example/b)')
  for (const url of [null, 'javascript:alert(1)', 'https://a.example/) [x](https://evil.example'])
    assert.equal(markdownLink(url, 'G-1'), '`G-1`')
})

test('a moment that no calendar holds is said in words', () => {
  assert.equal(
    moment(Date.UTC(2026, 10, 24, 13, 5)),
    '<!date^1795525500^{date_short_pretty} {time}|2026-11-24 13:05 UTC>',
  )
  assert.equal(moment(Number.NaN), 'at an unknown time')
  assert.equal(utc(Number.POSITIVE_INFINITY), 'unknown')
})

test('lines that do not fit are counted together with those left out before', () => {
  const rest = (count: number): string => `…and ${count} more`
  assert.equal(linesWithin(['aaaa', 'bbbb'], 100, rest), 'aaaa\nbbbb')
  assert.equal(linesWithin(['aaaa', 'bbbb'], 100, rest, 3), 'aaaa\nbbbb\n…and 3 more')
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 60 })),
      fc.nat(50),
      fc.integer({ min: 20, max: 300 }),
      (lines, hidden, limit) => {
        const flat = lines.map((line) => line.replaceAll('\n', ' '))
        assert.ok(linesWithin(flat, limit, rest, hidden).length <= limit)
      },
    ),
  )
})

test('a command is shown exactly or not at all', () => {
  assert.equal(isShownExactly("okta remove 'ana'", 100), true)
  assert.equal(isShownExactly("okta remove 'a\u202ena'", 100), false)
  assert.equal(isShownExactly('x'.repeat(101), 100), false)
})
