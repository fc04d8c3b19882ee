import { shortCode } from '../../domain/grant.ts'
import type { ReviewCase } from '../../domain/review-case.ts'
import { code } from '../mrkdwn.ts'
import { type MessageView, section } from './blocks.ts'
import { caseLine } from './case-text.ts'

const TYPED_MAX = 80
const CANDIDATES_MAX = 10

const COMMANDS = [
  '`/grants pending`: what waits for a decision',
  '`/grants explain G-7K2Q9XM`: all evidence on one grant; the first characters of the code are enough',
  '`/grants tune`: the policy in force',
  '`/grants help`: this list',
].join('\n')

const ASKING =
  'Or ask in plain words: in the thread of a card, with a mention where cards are posted, or in a message to me. “What is waiting for me?”'

/** What can be asked for; with what was wrong, when something was. */
export function helpView(problem: string | null): MessageView {
  const text = problem ?? 'Countersign asks people about unusual privileged-role grants.'
  return { text, blocks: [section(text), section(COMMANDS), section(ASKING)] }
}

export function unknownCommand(typed: string): string {
  return `There is no command ${code(typed, TYPED_MAX)}.`
}

export const EXPLAIN_WHAT = 'Say which grant: `/grants explain G-…`, with the code from its card.'

export function notAnId(typed: string): string {
  return `${code(typed, TYPED_MAX)} is not a grant’s code. A code looks like \`G-7K2Q9XM\`; its first characters are enough.`
}

export function noSuchGrant(typed: string): string {
  return `No grant’s code begins with ${code(typed, TYPED_MAX)}. \`/grants pending\` lists what waits.`
}

/** Several grants begin with what was typed. */
export function candidatesView(typed: string, cases: readonly ReviewCase[]): MessageView {
  const text = `Several grants begin with ${code(typed, TYPED_MAX)}. Which one?`
  const lines = cases
    .slice(0, CANDIDATES_MAX)
    .map((one) => section(`${caseLine(one)}\n\`/grants explain ${shortCode(one.grant.id)}\``))
  return { text, blocks: [section(text), ...lines] }
}
