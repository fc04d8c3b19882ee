import type { BlockContext } from './block-context.ts'
import { h, newId } from './dom.ts'
import { plainWords } from './inline-view.ts'
import { drawInput } from './inputs.ts'
import type { Fields } from './json.ts'
import { fields } from './json.ts'

/** Label, control, hint, and a place for the error that a refused submission puts under it. */
export function drawInputBlock(block: Fields, context: BlockContext, blockId: string): HTMLElement {
  const labelId = newId()
  const hintId = newId()
  const errorId = newId()
  const controlId = newId()
  const field = drawInput({
    element: fields(block['element']),
    blockId,
    context,
    dispatches: block['dispatch_action'] === true,
    labelledBy: labelId,
    describedBy: `${errorId} ${hintId}`,
  })
  // Only a lone control can be the label's own; boxes and radios have labels of theirs.
  const control = field.querySelector('input, textarea, select')
  if (control !== null && field.querySelector('.choice') === null) control.id = controlId
  return h(
    'div',
    { class: 'block-input', 'data-input-block': blockId },
    h(
      'label',
      { id: labelId, for: control?.id === controlId ? controlId : undefined },
      plainWords(block['label']),
      block['optional'] === true && h('span', { class: 'optional' }, ' (optional)'),
    ),
    field,
    h('div', { class: 'field-error', id: errorId, 'aria-live': 'polite' }),
    h('div', { class: 'field-hint', id: hintId }, plainWords(block['hint'])),
  )
}

/** Puts each error under its field and the focus on the first; answers with those that have no field. */
export function showErrors(form: Element, errors: ReadonlyMap<string, string>): string[] {
  const placed = new Set<string>()
  let first: HTMLElement | undefined
  for (const block of form.querySelectorAll<HTMLElement>('[data-input-block]')) {
    const blockId = block.dataset['inputBlock'] ?? ''
    const error = errors.get(blockId)
    const control = block.querySelector<HTMLElement>('input, textarea, select')
    block.classList.toggle('has-error', error !== undefined)
    block.querySelector('.field-error')?.replaceChildren(error ?? '')
    if (error === undefined) control?.removeAttribute('aria-invalid')
    else {
      placed.add(blockId)
      control?.setAttribute('aria-invalid', 'true')
      first ??= control ?? undefined
    }
  }
  first?.focus()
  return [...errors].filter(([blockId]) => !placed.has(blockId)).map(([, error]) => error)
}
