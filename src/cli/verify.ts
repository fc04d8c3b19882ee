import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { parseAnchor } from '../domain/chain.ts'
import type { ChainHead } from '../domain/review-event.ts'
import { type ChainReport, verifyChain } from '../domain/verify-chain.ts'

export interface VerifyOptions {
  /** Key of the review chain's HMAC, or null. */
  readonly chainKey: string | null
  /** Reads the review dataset, for a call without a file; null when Axiom is not configured. */
  readonly readEvents: (() => AsyncIterable<unknown>) | null
  readonly stdin: AsyncIterable<string | Buffer>
  out(text: string): void
  err(text: string): void
}

const USAGE = 'Usage: npm run --silent verify -- [FILE or -] [--anchor SEQ:HASH]...'
/** Longer than any review event; a longer line is reported as malformed and not kept in memory. */
const LINE_CHARACTERS_MAX = 4_000_000
const ANCHORS_MAX = 1_000

/** Checks the hash chain of review events; 0 when it is whole, 1 when it is broken, 2 for a wrong call. */
export async function runVerify(args: readonly string[], options: VerifyOptions): Promise<number> {
  const call = readCall(args)
  if ('problem' in call) return refuse(options, `${call.problem} ${USAGE}`)
  const { file, anchors } = call
  const events = await sourceOf(file, options)
  if ('problem' in events) return refuse(options, events.problem)
  const report = await verifyChain(events, { chainKey: options.chainKey, anchors })
  options.out(`${JSON.stringify(resultOf(report))}\n`)
  return report.ok ? 0 : 1
}

function refuse(options: Pick<VerifyOptions, 'err'>, sentence: string): number {
  options.err(`${sentence}\n`)
  return 2
}

type Call =
  | { readonly file: string | null; readonly anchors: readonly ChainHead[] }
  | { readonly problem: string }

function readCall(args: readonly string[]): Call {
  const { tokens } = parseArgs({
    args: [...args],
    options: { anchor: { type: 'string', multiple: true } },
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const files: string[] = []
  const anchors: ChainHead[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') files.push(token.value)
    if (token.kind !== 'option') continue
    if (token.name !== 'anchor') return { problem: `There is no option ${token.rawName}.` }
    const anchor = parseAnchor(token.value ?? '')
    if (anchor === null) return { problem: '--anchor needs SEQ:HASH, a number and 64 hexadecimal digits.' }
    anchors.push(anchor)
  }
  if (files.length > 1) return { problem: 'Name one file at most.' }
  if (anchors.length > ANCHORS_MAX) return { problem: `Give at most ${ANCHORS_MAX} anchors.` }
  return { file: files[0] ?? null, anchors }
}

async function sourceOf(
  file: string | null,
  options: VerifyOptions,
): Promise<AsyncIterable<unknown> | { readonly problem: string }> {
  if (file === '-') return readRows(options.stdin)
  if (file !== null) {
    const found = await stat(file).catch(() => null)
    return found !== null && !found.isDirectory()
      ? readRows(createReadStream(file, 'utf8'))
      : { problem: `There is no file ${file}: name an exported NDJSON file, or - for standard input.` }
  }
  return (
    options.readEvents?.() ?? {
      problem:
        'Name an exported NDJSON file, or set AXIOM_TOKEN and AXIOM_REVIEW_DATASET to read the events from Axiom.',
    }
  )
}

/** One value per line: what it parses to, the text itself where it is no JSON, `undefined` for an empty line. */
async function* readRows(chunks: AsyncIterable<string | Buffer>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder()
  let rest = ''
  let isTooLong = false
  for await (const chunk of chunks) {
    const lines = (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })).split('\n')
    const last = lines.pop() ?? ''
    for (const line of lines) {
      yield isTooLong ? TOO_LONG : rowOf(rest + line)
      rest = ''
      isTooLong = false
    }
    rest += last
    if (rest.length <= LINE_CHARACTERS_MAX) continue
    isTooLong = true
    rest = ''
  }
  if (isTooLong || rest !== '') yield isTooLong ? TOO_LONG : rowOf(rest)
}

const TOO_LONG = 'a line that is too long'

function rowOf(line: string): unknown {
  const text = line.replace(/^\ufeff/, '').trim()
  if (text === '') return undefined
  if (text.length > LINE_CHARACTERS_MAX) return TOO_LONG
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** The report as printed: for the usual single chain its ends stand at the top as well. */
function resultOf(report: ChainReport): unknown {
  const only = report.tenants.length === 1 ? report.tenants[0] : undefined
  return {
    ok: report.ok,
    events: report.events,
    unchained: report.unchained,
    firstSeq: only?.firstSeq ?? null,
    lastSeq: only?.lastSeq ?? null,
    head: only?.head ?? null,
    tenants: report.tenants,
    faultCount: report.faultCount,
    faults: report.faults,
    claim: report.claim,
  }
}
