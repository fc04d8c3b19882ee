import type { Fields } from './json.ts'
import { numeric } from './json.ts'

/** Shows the control as busy while the work goes on; a second press meanwhile does nothing. */
export async function whileBusy(control: HTMLElement, work: () => Promise<unknown>): Promise<void> {
  if (control.getAttribute('aria-busy') === 'true') return
  control.setAttribute('aria-busy', 'true')
  try {
    await work()
  } finally {
    control.removeAttribute('aria-busy')
  }
}

export function sayIngested(body: Fields): string {
  const count = numeric(body['ingested'])
  if (count === undefined) return 'done'
  return count === 1 ? '1 event written' : `${count} events written`
}
