/** Columns as wide as their widest cell. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  return `${all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')}\n`
}

export function share(value: number): string {
  return Number.isNaN(value) ? '-' : value.toFixed(2)
}

export interface Line {
  readonly name: string
  readonly points: readonly (readonly [number, number])[]
}

const WIDTH = 720
const HEIGHT = 420
const EDGE = 60
const COLOURS = ['#0b6e4f', '#c8553d', '#3d5a80', '#e0a458', '#6b4e71', '#7a7a7a']

/** A chart of lines over recall, from nothing to all, as SVG. */
export function chart(
  title: string,
  axis: { readonly label: string; readonly max: number },
  lines: readonly Line[],
): string {
  const x = (value: number) => EDGE + (value / axis.max) * (WIDTH - 2 * EDGE)
  const y = (value: number) => HEIGHT - EDGE - value * (HEIGHT - 2 * EDGE)
  const text = (at: readonly [number, number], words: string, anchor = 'middle') =>
    `<text x="${at[0].toFixed(1)}" y="${at[1].toFixed(1)}" text-anchor="${anchor}">${escaped(words)}</text>`
  const grid = [0, 0.2, 0.4, 0.6, 0.8, 1].map(
    (value) =>
      `<line x1="${EDGE}" x2="${WIDTH - EDGE}" y1="${y(value)}" y2="${y(value)}" stroke="#ddd"/>${text([EDGE - 8, y(value) + 4], value.toFixed(1), 'end')}`,
  )
  const ticks = [0, 1, 2, 3, 4, 5].map((step) => {
    const value = (axis.max * step) / 5
    return text([x(value), HEIGHT - EDGE + 18], String(Math.round(value * 10) / 10))
  })
  const drawn = lines.map(({ name, points }, index) => {
    const colour = COLOURS[index % COLOURS.length] ?? '#000'
    const path = points.map(([a, b]) => `${x(a).toFixed(1)},${y(b).toFixed(1)}`).join(' ')
    const at: readonly [number, number] = [WIDTH - EDGE - 4, EDGE + 16 + 16 * index]
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/><g fill="${colour}">${text(at, name, 'end')}</g>`
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text([WIDTH / 2, 28], title),
    ...grid,
    ...ticks,
    text([WIDTH / 2, HEIGHT - 14], axis.label),
    ...drawn,
    '</svg>\n',
  ].join('\n')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
