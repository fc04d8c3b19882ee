import fc from 'fast-check'

const FRAGMENTS = [
  '<!channel>',
  '<!here|all>',
  '<@U0EVIL>',
  '<https://evil.example|sign in>',
  'https://evil.example/a_b',
  '&lt;!channel&gt;',
  '&',
  '`',
  '```',
  '*approved*',
  '_quiet_',
  '~gone~',
  ':white_check_mark:',
  '\n> quoted',
  '\r\n',
  '\u2028',
  '\u202eevil',
  '\u200b\u2066',
  '\u001b[31mred\u001b[0m',
  '\u001b]0;title\u0007',
  '\u0000',
  '\ud800',
  '\u{e0041}\u{e0042}',
  '𝒳𝒴',
  'e\u0301\u0302\u0303\u0304\u0305\u0306',
  '…and 3 more',
  'a'.repeat(4_000),
  '&'.repeat(4_000),
  'plain words',
] as const

/** What an attacker, or a broken log, may put into a field. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ unit: 'binary', maxLength: 20 })), {
    maxLength: 8,
  })
  .map((parts) => parts.join(''))
