export type Child = Node | string | undefined | false | readonly Child[]

type Handler = (event: Event) => void
type Attribute = string | number | boolean | undefined | Handler

/**
 * Makes an element. Text only ever becomes text nodes: nothing here can turn a string into markup, and
 * attribute names are always written out by the caller, never taken from data.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, Attribute>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  setAttributes(element, attributes)
  append(element, children)
  return element
}

export function drawing(
  tag: string,
  attributes: Readonly<Record<string, string | number>> = {},
  ...children: readonly Child[]
): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag)
  setAttributes(element, attributes)
  append(element, children)
  return element
}

function setAttributes(element: Element, attributes: Readonly<Record<string, Attribute>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue
    if (typeof value === 'function') element.addEventListener(name, value)
    else element.setAttribute(name, value === true ? '' : String(value))
  }
}

function append(parent: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === undefined || child === false) continue
    if (typeof child === 'string' || child instanceof Node) parent.append(child)
    else append(parent, child)
  }
}

export interface Item {
  readonly key: string
  /** The node is built anew only when this changes. */
  readonly signature: string
  build(): HTMLElement
}

interface Kept {
  readonly signature: string
  readonly node: HTMLElement
}

const keptByParent = new WeakMap<Element, Map<string, Kept>>()

/**
 * Makes the children of `parent` be `items`, keeping every node that has not changed where it stands, so
 * that focus, half-typed text and open menus outlive a live update.
 */
export function syncChildren(parent: Element, items: readonly Item[]): void {
  const before = keptByParent.get(parent) ?? new Map<string, Kept>()
  const after = new Map<string, Kept>()
  for (const item of items) {
    const old = before.get(item.key)
    if (old?.signature === item.signature) after.set(item.key, old)
    else after.set(item.key, { signature: item.signature, node: rebuilt(old?.node, item) })
  }
  for (const [key, { node }] of before) if (!after.has(key)) node.remove()
  let place: ChildNode | null = parent.firstChild
  for (const { node } of after.values()) {
    if (node === place) place = place.nextSibling
    else parent.insertBefore(node, place)
  }
  while (place !== null) {
    const next: ChildNode | null = place.nextSibling
    place.remove()
    place = next
  }
  keptByParent.set(parent, after)
}

function rebuilt(old: HTMLElement | undefined, item: Item): HTMLElement {
  const node = item.build()
  if (old !== undefined) {
    const focused = focusedKey(old)
    old.replaceWith(node)
    if (focused !== undefined) focusByKey(node, focused)
  }
  return node
}

/** The `data-focus` of what has the focus inside `root`: how the focus is found again after a redraw. */
export function focusedKey(root: Element): string | undefined {
  const active = document.activeElement
  if (!(active instanceof HTMLElement) || !root.contains(active)) return undefined
  return active.dataset['focus']
}

export function focusByKey(root: Element, key: string): void {
  const found = [...root.querySelectorAll<HTMLElement>('[data-focus]')]
  found.find((element) => element.dataset['focus'] === key)?.focus({ preventScroll: true })
}

let lastId = 0
/** A new id for tying a label or a message to its control. */
export function newId(): string {
  lastId += 1
  return `n${lastId}`
}

/** A live region speaks at every change, so the same words are not set again. */
export function setText(node: HTMLElement, words: string): void {
  if (node.textContent !== words) node.textContent = words
}
