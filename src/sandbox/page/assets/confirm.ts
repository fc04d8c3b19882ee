import type { Directory } from './directory.ts'
import { h, newId } from './dom.ts'
import { drawTextObject, plainWords } from './inline-view.ts'
import type { Fields } from './json.ts'
import { fields } from './json.ts'

/** Asks what the element's `confirm` object asks; true at once when it has none. */
export function confirmed(element: Fields, directory: Directory): Promise<boolean> {
  const confirm = fields(element['confirm'])
  if (element['confirm'] === undefined) return Promise.resolve(true)
  const titleId = newId()
  const style = confirm['style'] === 'danger' ? 'danger' : 'primary'
  const deny = h('button', { type: 'button', class: 'button' }, plainWords(confirm['deny']) || 'Cancel')
  const accept = h(
    'button',
    { type: 'button', class: `button button-${style}` },
    plainWords(confirm['confirm']) || 'Yes',
  )
  const dialog = h(
    'dialog',
    { class: 'confirm', 'aria-labelledby': titleId },
    h('h2', { id: titleId }, plainWords(confirm['title']) || 'Are you sure?'),
    h('div', { class: 'confirm-text' }, drawTextObject(confirm['text'], directory)),
    h('div', { class: 'confirm-buttons' }, deny, accept),
  )
  document.body.append(dialog)
  return new Promise((settle) => {
    accept.addEventListener('click', () => dialog.close('yes'))
    deny.addEventListener('click', () => dialog.close())
    dialog.addEventListener('close', () => {
      dialog.remove()
      settle(dialog.returnValue === 'yes')
    })
    dialog.showModal()
    accept.focus()
  })
}
