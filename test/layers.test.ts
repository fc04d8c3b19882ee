import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'

/** Who may import whom; the same layer is always allowed. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  ports: ['domain'],
  workflows: ['domain', 'ports'],
  axiom: ['domain', 'ports'],
  openai: ['domain', 'ports'],
  webhook: ['domain', 'ports'],
  store: ['domain', 'ports'],
  slack: ['domain', 'ports', 'workflows'],
  scheduler: ['ports'],
  log: ['ports'],
  config: ['domain'],
  app: [
    'domain',
    'ports',
    'workflows',
    'axiom',
    'openai',
    'webhook',
    'store',
    'slack',
    'scheduler',
    'log',
    'config',
  ],
  sandbox: ['app', 'config', 'domain'],
  cli: [
    'domain',
    'ports',
    'workflows',
    'axiom',
    'openai',
    'webhook',
    'store',
    'slack',
    'scheduler',
    'log',
    'config',
    'app',
    'sandbox',
  ],
  main: ['cli'],
}

/** Third parties that a layer may import; a vendor's SDK has one home. */
const PACKAGES: Readonly<Record<string, readonly RegExp[]>> = {
  domain: [/^zod$/, /^@jmespath-community\/jmespath$/, /^node:crypto$/],
  ports: [],
  workflows: [/^zod$/, /^p-queue$/],
  axiom: [/^@axiomhq\/js$/, /^zod$/],
  openai: [/^openai(\/.*)?$/, /^zod$/],
  webhook: [/^zod$/],
  store: [/^kysely(\/migration)?$/, /^pg$/, /^keyv$/, /^hookified$/, /^node:/, /^zod$/],
  slack: [/^@slack\//, /^zod$/, /^node:/, /^p-queue$/, /^keyv$/],
  scheduler: [/^node-cron$/],
  log: [/^pino$/],
  config: [/^node:crypto$/, /^zod$/],
  app: [/^node:/],
  sandbox: [/^node:/, /^ws$/, /^zod$/],
  cli: [/^node:/, /^zod$/],
  main: [],
}

const HOMES: readonly (readonly [RegExp, string])[] = [
  [/^@slack\//, 'slack'],
  [/^@axiomhq\//, 'axiom'],
  [/^openai(\/.*)?$/, 'openai'],
  [/^(kysely(\/migration)?|pg|keyv|hookified)$/, 'store'],
  [/^node-cron$/, 'scheduler'],
  [/^pino$/, 'log'],
  [/^ws$/, 'sandbox'],
]

/** Exports that nothing under src imports on purpose: entry points, and what tests and tools call. */
const ENTRY_POINTS: readonly RegExp[] = [/^src\/main\.ts$/, /^src\/sandbox\/page\/assets\//]

const LINES_MAX = 400

interface Source {
  readonly path: string
  readonly text: string
  readonly imports: readonly { readonly specifier: string; readonly names: readonly string[] }[]
}

function layerOf(path: string): string {
  const parts = path.split('/')
  return parts.length === 2 ? (parts[1] ?? '').replace(/\.ts$/, '') : (parts[1] ?? '')
}

const IMPORT =
  /^(?:import|export)\s+(?:type\s+)?([^'"`;()=]*?)\s*from\s+'([^']+)'|^import\s+'([^']+)'|import\('([^']+)'\)/gm

function read(path: string): Source {
  const text = readFileSync(path, 'utf8')
  const imports = [...text.matchAll(IMPORT)].map((match) => ({
    specifier: match[2] ?? match[3] ?? match[4] ?? '',
    names: [...(match[1] ?? '').matchAll(/(\*|\w+)(?:\s+as\s+\w+)?/g)].map((name) => name[1] ?? ''),
  }))
  return { path, text, imports }
}

const sources = globSync('src/**/*.ts').sort().map(read)
const byPath = new Map(sources.map((source) => [source.path, source]))
const targetOf = (source: Source, specifier: string) => normalize(join(dirname(source.path), specifier))

test('every layer imports only the layers below it', () => {
  const wrong: string[] = []
  for (const source of sources)
    for (const { specifier } of source.imports.filter((one) => one.specifier.startsWith('.'))) {
      const from = layerOf(source.path)
      const to = layerOf(targetOf(source, specifier))
      if (from !== to && !(MAY_IMPORT[from] ?? []).includes(to))
        wrong.push(`${source.path} imports ${specifier}`)
    }
  assert.deepEqual(wrong, [])
})

test('third parties are imported only where their layer allows it, a vendor only in its home', () => {
  const wrong: string[] = []
  for (const source of sources)
    for (const { specifier } of source.imports.filter((one) => !one.specifier.startsWith('.'))) {
      const layer = layerOf(source.path)
      const home = HOMES.find(([pattern]) => pattern.test(specifier))
      const isAllowed = (PACKAGES[layer] ?? []).some((pattern) => pattern.test(specifier))
      if (!isAllowed || (home !== undefined && home[1] !== layer))
        wrong.push(`${source.path} imports ${specifier}`)
    }
  assert.deepEqual(wrong, [])
})

test('no file imports itself through others', () => {
  const cycles: string[] = []
  const finished = new Set<string>()
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '))
      return
    }
    if (finished.has(path)) return
    const source = byPath.get(path)
    if (source === undefined) return
    for (const { specifier } of source.imports)
      if (specifier.startsWith('.')) visit(targetOf(source, specifier), [...trail, path])
    finished.add(path)
  }
  for (const { path } of sources) visit(path, [])
  assert.deepEqual(cycles, [])
})

test('every source file is short enough to be one idea', () => {
  const files = [...globSync('src/**/*.ts'), ...globSync('test/**/*.ts')]
  const long = files.filter((path) => readFileSync(path, 'utf8').split('\n').length > LINES_MAX)
  assert.ok(files.length > 0)
  assert.deepEqual(long, [])
})

/** Tables and rules of the domain, and settings, that a test goes through whole count as used by it. */
const TESTED_ALONE = /^src\/(domain\/|config\.ts)/

test('every export of src is imported by something under src', () => {
  const used = new Set<string>()
  for (const source of globSync('test/**/*.ts').map(read))
    for (const { specifier, names } of source.imports) {
      const target = targetOf(source, specifier)
      if (TESTED_ALONE.test(target)) for (const name of names) used.add(`${target}#${name}`)
    }
  for (const source of sources)
    for (const { specifier, names } of source.imports)
      if (specifier.startsWith('.'))
        for (const name of names) used.add(`${targetOf(source, specifier)}#${name}`)
  // Dynamic imports name what they take behind the call: `(await import('./x.ts')).name`.
  for (const source of sources)
    for (const match of source.text.matchAll(
      /import\('(\.[^']+)'\)\)?\.(\w+)|\{([^{}]*)\} = await import\('(\.[^']+)'\)/g,
    )) {
      const target = targetOf(source, match[1] ?? match[4] ?? '')
      for (const name of (match[2] ?? match[3] ?? '').split(',')) used.add(`${target}#${name.trim()}`)
    }
  const unused: string[] = []
  for (const { path, text } of sources) {
    if (ENTRY_POINTS.some((pattern) => pattern.test(path))) continue
    for (const match of text.matchAll(
      /^export (?:async )?(?:function\*?|const|class|interface|type) (\w+)/gm,
    )) {
      const name = match[1] ?? ''
      // A type that the signatures of the same file's exports use is part of their contract.
      const isPartOfContract = (text.match(new RegExp(`\\b${name}\\b`, 'g')) ?? []).length > 1
      const isType = /^export (?:interface|type)/.test(match[0])
      if (!used.has(`${path}#${name}`) && !used.has(`${path}#*`) && !(isType && isPartOfContract))
        unused.push(`${path}: ${name}`)
    }
  }
  assert.deepEqual(unused, [])
})

test('the environment is read in one place', () => {
  const readers = sources.filter(({ text }) => /process\.env\b/.test(text)).map(({ path }) => path)
  assert.deepEqual(readers, ['src/config.ts'])
})

test('domain and workflows take time and chance through ports', () => {
  const wrong = sources
    .filter(({ path }) => /^src\/(domain|workflows)\//.test(path))
    .filter(({ text }) => /Date\.now\(|new Date\(\)|Math\.random\(|randomUUID|performance\.now/.test(text))
    .map(({ path }) => path)
  assert.deepEqual(wrong, [])
})
