export type RawValue = string | number | readonly string[] | null

/** What one field holds: null when it is empty, a list where several may be chosen. */
export function readControl(field: HTMLElement): RawValue {
  const type = field.dataset['type'] ?? ''
  if (type === 'checkboxes' || type.startsWith('multi_'))
    return [...field.querySelectorAll<HTMLInputElement>('input:checked')].map((input) => input.value)
  if (type === 'radio_buttons') return field.querySelector<HTMLInputElement>('input:checked')?.value ?? null
  const value = controlIn(field)?.value ?? ''
  if (value === '') return null
  return type === 'datetimepicker' ? Math.floor(new Date(value).getTime() / 1000) : value
}

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement

function controlIn(field: Element): Control | undefined {
  return field.querySelector<Control>('input, textarea, select') ?? undefined
}

/** All fields of a form: block id, then action id, then what is held. */
export function readForm(form: Element): Record<string, Record<string, RawValue>> {
  const values: Record<string, Record<string, RawValue>> = {}
  for (const field of fieldsIn(form)) {
    const { block = '', action = '' } = field.dataset
    values[block] = { ...values[block], [action]: readControl(field) }
  }
  return values
}

function fieldsIn(form: Element): HTMLElement[] {
  return [...form.querySelectorAll<HTMLElement>('.field[data-action]')]
}

/**
 * Keeps what a person has entered when the app draws the view anew, as Slack does while block id and
 * action id stay the same.
 */
export function carryValues(from: Element, to: Element): void {
  const entered = new Map(fieldsIn(from).map((field) => [keyOf(field), field]))
  for (const field of fieldsIn(to)) {
    const old = entered.get(keyOf(field))
    if (old === undefined) continue
    const controls = field.querySelectorAll<Control>('input, textarea, select')
    const before = new Map(
      [...old.querySelectorAll<Control>('input, textarea, select')].map((c) => [slotOf(c), c]),
    )
    for (const control of controls) copyControl(before.get(slotOf(control)), control)
  }
}

function keyOf(field: HTMLElement): string {
  const { block, action, type } = field.dataset
  return JSON.stringify([block, action, type])
}

/** Boxes and radios are told apart by their value, the rest is alone in its field. */
function slotOf(control: Control): string {
  return isTicked(control) ? control.value : ''
}

function isTicked(control: Control | undefined): control is HTMLInputElement {
  return control instanceof HTMLInputElement && (control.type === 'checkbox' || control.type === 'radio')
}

function copyControl(from: Control | undefined, to: Control): void {
  if (from === undefined) return
  if (isTicked(from) && isTicked(to)) to.checked = from.checked
  else if (to instanceof HTMLSelectElement) {
    if ([...to.options].some((option) => option.value === from.value)) to.value = from.value
  } else {
    to.value = from.value
    if (from === document.activeElement) keepCaret(from, to)
  }
}

function keepCaret(from: Control, to: Control): void {
  if (from instanceof HTMLSelectElement || to instanceof HTMLSelectElement) return
  const { selectionStart, selectionEnd } = from
  // Controls without a caret (dates, numbers) answer null; moving into a page not yet shown has no effect.
  if (selectionStart === null) return
  queueMicrotask(() => to.setSelectionRange(selectionStart, selectionEnd))
}
