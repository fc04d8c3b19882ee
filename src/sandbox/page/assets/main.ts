import { api, listen } from './api.ts'
import { createConversation } from './conversation.ts'
import { h } from './dom.ts'
import { createDrawer } from './drawer.ts'
import { createFirstSteps } from './first-steps.ts'
import { createHome } from './home.ts'
import { createMainHead } from './main-head.ts'
import { createModals } from './modal.ts'
import { createNotices } from './notices.ts'
import { followPermalinks } from './permalink.ts'
import type { Screen } from './screen.ts'
import { createScreen } from './screen.ts'
import { createSidebar } from './sidebar.ts'
import { createThread } from './thread.ts'
import { createTopBar } from './top-bar.ts'

const sidebar = createSidebar()
const topBar = createTopBar()
const head = createMainHead()
const conversation = createConversation()
const home = createHome()
const thread = createThread()
const drawer = createDrawer(api)
const modals = createModals()
const notices = createNotices()
const lost = h(
  'div',
  { class: 'lost', role: 'alert', hidden: true },
  'The sandbox world does not answer. This page goes on by itself once it does.',
)

const page = h(
  'div',
  { class: 'page' },
  topBar.node,
  sidebar.node,
  h('main', { class: 'main' }, lost, createFirstSteps(), head.node, conversation.node, home.node),
  thread.node,
  drawer.node,
  notices.node,
)
document.getElementById('page')?.replaceChildren(page)

function onChange(screen: Screen): void {
  const { place } = screen
  const isThreadOpen = place.kind !== 'home' && place.threadTs !== ''
  conversation.node.hidden = place.kind === 'home'
  home.node.hidden = place.kind !== 'home'
  thread.node.hidden = !isThreadOpen
  drawer.node.hidden = !place.isWorldOpen
  page.classList.toggle('has-thread', isThreadOpen)
  page.classList.toggle('has-drawer', place.isWorldOpen)
  for (const pane of [topBar, sidebar, head]) pane.update(screen)
  if (place.kind !== 'home') conversation.update(screen)
  home.update(screen)
  if (isThreadOpen) thread.update(screen)
  drawer.update(screen)
  modals.update(screen)
}

const screen = createScreen(api, {
  onChange,
  onProblem: (sentence) => notices.say(sentence),
  onReachable(isReachable) {
    lost.hidden = isReachable
  },
})
followPermalinks(screen)
listen({
  onChange: () => void screen.refresh(),
  onLost() {
    lost.hidden = false
  },
})
void screen.refresh()
