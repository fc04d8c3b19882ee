import type { BlockAction } from './block-context.ts'
import { drawBlocks } from './blocks.ts'
import { focusByKey, focusedKey, h, newId } from './dom.ts'
import { carryValues, readForm } from './form-values.ts'
import { plainWords } from './inline-view.ts'
import { showErrors } from './input-block.ts'
import type { Fields } from './json.ts'
import { list, text } from './json.ts'
import type { Screen } from './screen.ts'

export interface Modals {
  update(screen: Screen): void
}

interface Drawn {
  readonly signature: string
  readonly form: HTMLFormElement
}

/** Shows the top of the person's stack of modals; what is being typed outlives every update. */
export function createModals(): Modals {
  const titleId = newId()
  const dialog = h('dialog', { class: 'modal', 'aria-labelledby': titleId })
  document.body.append(dialog)
  const closed = new Set<string>()
  // Forms under the top one are kept too: whoever goes back finds what they had entered.
  const drawn = new Map<string, Drawn>()
  let current: Screen | undefined

  const dismiss = (viewId: string) => {
    if (current === undefined) return
    // Gone at once, as in Slack: the app learns of it, but has no say.
    closed.add(viewId)
    update(current)
    void current.act({ type: 'close', viewId })
  }
  dialog.addEventListener('cancel', (event) => {
    if (event.target !== dialog) return
    event.preventDefault()
    const top = stackOf(current).at(-1)
    if (top !== undefined) dismiss(text(top['id']))
  })

  function stackOf(screen: Screen | undefined): readonly Fields[] {
    return (screen?.person.modals ?? []).filter((view) => !closed.has(text(view['id'])))
  }
  function update(screen: Screen): void {
    current = screen
    const stack = stackOf(screen)
    const open = new Set(stack.map((view) => text(view['id'])))
    for (const id of drawn.keys()) if (!open.has(id)) drawn.delete(id)
    const top = stack.at(-1)
    if (top === undefined) {
      dialog.close()
      dialog.replaceChildren()
      return
    }
    // Not what the world keeps of the form's state: that is in the form already.
    const { title, submit, close, blocks } = top
    const signature = JSON.stringify([title, submit, close, blocks])
    const id = text(top['id'])
    const old = drawn.get(id)
    const isSame = old?.signature === signature
    if (isSame && old.form.isConnected) return
    const form = isSame ? old.form : drawModal(screen, { view: top, titleId, dismiss: () => dismiss(id) })
    replaceForm(dialog, form, old?.form)
    drawn.set(id, { signature, form })
  }
  return { update }
}

function replaceForm(
  dialog: HTMLDialogElement,
  form: HTMLFormElement,
  old: HTMLFormElement | undefined,
): void {
  const focused = focusedKey(dialog)
  const scrollTop = old?.querySelector('.modal-body')?.scrollTop ?? 0
  // Copied while the old form still has the focus, so that the caret can be carried over.
  if (old !== undefined && old !== form) carryValues(old, form)
  dialog.replaceChildren(form)
  if (!dialog.open) dialog.showModal()
  form.querySelector('.modal-body')?.scrollTo(0, scrollTop)
  if (old !== undefined && focused !== undefined) focusByKey(form, focused)
  else firstField(form).focus()
}

function firstField(form: HTMLFormElement): HTMLElement {
  return (
    form.querySelector<HTMLElement>('[data-first] :is(input, textarea, select)') ??
    form.querySelector<HTMLElement>('.block-input :is(input, textarea, select)') ??
    form
  )
}

interface ModalParts {
  readonly view: Fields
  readonly titleId: string
  dismiss(): void
}

function drawModal(screen: Screen, { view, titleId, dismiss }: ModalParts): HTMLFormElement {
  const viewId = text(view['id'])
  const problem = h('div', { class: 'modal-problem', role: 'alert' })
  const submitText = plainWords(view['submit'])
  const submit = h('button', { type: 'submit', class: 'button button-primary' }, submitText)
  const close = h(
    'button',
    { type: 'button', class: 'button', click: dismiss },
    plainWords(view['close']) || 'Cancel',
  )
  const form = h('form', { class: 'modal-form', novalidate: true, tabindex: -1 })
  const act = async ({ value, ...rest }: BlockAction) => {
    const values = readForm(form)
    await screen.act({ type: 'button', viewId, values, ...rest, ...(value === undefined ? {} : { value }) })
  }
  const blocks = drawBlocks(list(view['blocks']), {
    surface: 'modal',
    directory: screen.directory,
    people: screen.state.people,
    channels: screen.channels,
    act,
  })
  form.append(
    h(
      'header',
      { class: 'modal-head' },
      h('h2', { id: titleId }, plainWords(view['title'])),
      h(
        'button',
        { type: 'button', class: 'button button-icon', 'aria-label': 'Close', click: dismiss },
        '✕',
      ),
    ),
    h('div', { class: 'modal-body blocks' }, ...blocks),
    problem,
    h(
      'footer',
      { class: 'modal-foot' },
      h('span', { class: 'faint grow' }, 'Countersign'),
      close,
      submitText !== '' && submit,
    ),
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void sendForm({ screen, viewId, form, submit, problem })
  })
  return form
}

interface Sending {
  readonly screen: Screen
  readonly viewId: string
  readonly form: HTMLFormElement
  readonly submit: HTMLButtonElement
  readonly problem: HTMLElement
}

async function sendForm({ screen, viewId, form, submit, problem }: Sending): Promise<void> {
  if (submit.getAttribute('aria-busy') === 'true') return
  showErrors(form, new Map())
  problem.replaceChildren()
  submit.setAttribute('aria-busy', 'true')
  const result = await screen.act({ type: 'submit', viewId, values: readForm(form) })
  submit.removeAttribute('aria-busy')
  const unplaced = showErrors(form, result?.errors ?? new Map())
  problem.replaceChildren(...unplaced)
}
