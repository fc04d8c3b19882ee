import { drawing } from './dom.ts'

/** Drawn, because a machine without an emoji font would show an empty box. */
function drawIcon(...shapes: readonly SVGElement[]): SVGElement {
  return drawing('svg', { viewBox: '0 0 16 16', class: 'icon', 'aria-hidden': 'true' }, ...shapes)
}

export function drawLock(): SVGElement {
  return drawIcon(
    drawing('rect', { x: 3, y: 7, width: 10, height: 7, rx: 1.5 }),
    drawing('path', { d: 'M5 7V5a3 3 0 0 1 6 0v2', class: 'icon-line' }),
  )
}

export function drawThumb(isUp: boolean): SVGElement {
  const hand =
    'M2 8h2.5v6H2zM5.5 8 8.2 2.2c1.3 0 1.8.9 1.6 2L9.3 7H13c.8 0 1.2.7 1 1.4l-1.3 4.5c-.2.7-.7 1.1-1.4 1.1H5.5z'
  const shape = drawing('path', isUp ? { d: hand } : { d: hand, transform: 'rotate(180 8 8)' })
  return drawIcon(shape)
}
