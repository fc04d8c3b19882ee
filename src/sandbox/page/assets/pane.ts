import type { Screen } from './screen.ts'

/** A part of the page: made once, brought up to date at every change. */
export interface Pane {
  readonly node: HTMLElement
  update(screen: Screen): void
}
