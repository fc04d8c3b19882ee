const [what, ...rest] = process.argv.slice(2)
if (what === 'sources') {
  const { runSources } = await import('./sources.ts')
  process.exitCode = runSources(rest)
} else {
  const { runJudgement } = await import('./judgement.ts')
  process.exitCode = runJudgement(process.argv.slice(2))
}
