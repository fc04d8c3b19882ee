import type { BlockContext } from './block-context.ts'
import { whileBusy } from './busy.ts'
import { confirmed } from './confirm.ts'
import { h } from './dom.ts'
import { drawThumb } from './icons.ts'
import { plainWords } from './inline-view.ts'
import { drawInput } from './inputs.ts'
import type { Fields } from './json.ts'
import { fields, records, text, words } from './json.ts'
import { openMenu } from './menu.ts'
import { safeUrl } from './mrkdwn.ts'

const OVERFLOW_OPTIONS_MAX = 5

/** Any element of an actions, section, input or context_actions block. */
export function drawElement(element: Fields, blockId: string, context: BlockContext): HTMLElement {
  switch (element['type']) {
    case 'button':
    case 'workflow_button':
    case 'icon_button':
      return drawButton(element, blockId, context)
    case 'overflow':
      return drawOverflow(element, blockId, context)
    case 'feedback_buttons':
      return drawFeedback(element, blockId, context)
    case 'image':
      return drawImage(element)
    default:
      return drawInput({ element, blockId, context, dispatches: true })
  }
}

function drawButton(element: Fields, blockId: string, context: BlockContext): HTMLElement {
  const style = element['style'] === 'primary' || element['style'] === 'danger' ? element['style'] : 'plain'
  const url = safeUrl(text(element['url']))
  const shared = {
    class: `button button-${style}`,
    'aria-label': text(element['accessibility_label']) || undefined,
    'data-focus': `${blockId}/${text(element['action_id'])}/${text(element['value'])}`,
  }
  const label = plainWords(element['text'])
  const button: HTMLElement =
    url === undefined
      ? h('button', { ...shared, type: 'button' }, label)
      : h('a', { ...shared, href: url, target: '_blank', rel: 'noopener noreferrer', title: url }, label)
  button.addEventListener('click', () => {
    const value = typeof element['value'] === 'string' ? element['value'] : undefined
    void press({ control: button, element, blockId, context, value })
  })
  return button
}

interface Press {
  readonly control: HTMLElement
  readonly element: Fields
  readonly blockId: string
  readonly context: BlockContext
  readonly value: string | undefined
}

async function press({ control, element, blockId, context, value }: Press): Promise<void> {
  if (control.getAttribute('aria-busy') === 'true') return
  if (!(await confirmed(element, context.directory))) return control.focus()
  await whileBusy(control, () => context.act({ blockId, actionId: text(element['action_id']), value }))
}

function drawOverflow(element: Fields, blockId: string, context: BlockContext): HTMLElement {
  const button = h(
    'button',
    {
      type: 'button',
      class: 'button button-plain button-overflow',
      'aria-label': 'More actions',
      'aria-haspopup': 'menu',
      'data-focus': `${blockId}/${text(element['action_id'])}`,
    },
    '⋯',
  )
  button.addEventListener('click', () => {
    const options = records(element['options']).slice(0, OVERFLOW_OPTIONS_MAX)
    openMenu(
      button,
      options.map((option) => ({
        label: plainWords(option['text']),
        hint: plainWords(option['description']),
        url: safeUrl(text(option['url'])),
        choose: () =>
          void press({ control: button, element, blockId, context, value: text(option['value']) }),
      })),
    )
  })
  return button
}

function drawFeedback(element: Fields, blockId: string, context: BlockContext): HTMLElement {
  const one = (name: 'positive_button' | 'negative_button') => {
    const isUp = name === 'positive_button'
    const side = fields(element[name])
    const label = words(side['text'])
    const button = h(
      'button',
      {
        type: 'button',
        class: 'button button-icon',
        title: label,
        'aria-label': text(side['accessibility_label']) || label,
        'data-focus': `${blockId}/${name}`,
      },
      drawThumb(isUp),
    )
    button.addEventListener(
      'click',
      () => void press({ control: button, element, blockId, context, value: text(side['value']) }),
    )
    return button
  }
  return h('span', { class: 'feedback' }, one('positive_button'), one('negative_button'))
}

/** Pictures live on other hosts, which the page never asks: their description stands in for them. */
export function drawImage(element: Fields): HTMLElement {
  const alt = words(element['alt_text']) || 'Picture without a description'
  return h('span', { class: 'picture', role: 'img', 'aria-label': alt }, alt)
}
