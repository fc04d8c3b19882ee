import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turnOfLoop } from 'node:timers/promises'
import { type AnswerTurn, createAnswerTurns } from '../../src/slack/answer-turns.ts'

type Turns = ReturnType<typeof createAnswerTurns>

function enter(turns: Turns, thread: string, userId = 'U0MAYA'): AnswerTurn {
  return turns.enter({ thread, userId }) ?? assert.fail('the question is taken')
}

/** Whether a turn has begun by now, or ended without beginning. */
async function stateOf(turn: AnswerTurn): Promise<boolean | 'waiting'> {
  return await Promise.race([turn.begin(), turnOfLoop('waiting' as const)])
}

test('questions of one thread take turns in their order, those of others do not wait for them', async () => {
  const turns = createAnswerTurns()
  const [one, two, other] = [enter(turns, 'a'), enter(turns, 'a'), enter(turns, 'b')]
  assert.deepEqual([one.ahead, two.ahead, other.ahead], [0, 1, 0])
  assert.deepEqual([await stateOf(one), await stateOf(two), await stateOf(other)], [true, 'waiting', true])
  assert.equal(one.leave(), false, 'another question of the thread follows')
  assert.equal(await stateOf(two), true)
  assert.equal(two.leave(), true)
})

test('the app makes so many answers at once, and the next when one of them ends', async () => {
  const turns = createAnswerTurns()
  const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((thread) => enter(turns, thread))
  const begun = async () => (await Promise.all(all.map(stateOf))).filter((state) => state === true).length
  assert.equal(await begun(), 5)
  all[2]?.leave()
  assert.equal(await begun(), 6)
})

test('a thread holds so many questions, and takes more once one is answered', () => {
  const turns = createAnswerTurns()
  const first = enter(turns, 'a')
  for (let count = 0; count < 5; count += 1) enter(turns, 'a')
  assert.equal(turns.enter({ thread: 'a', userId: 'U0DEV' }), null)
  enter(turns, 'b')
  first.leave()
  enter(turns, 'a')
})

test('stop ends what is under way and what the same person waits for, and nobody else’s question', async () => {
  const turns = createAnswerTurns()
  const running = enter(turns, 'a', 'U0DEV')
  const own = enter(turns, 'a', 'U0MAYA')
  const others = enter(turns, 'a', 'U0SOFIA')
  const elsewhere = enter(turns, 'b', 'U0MAYA')
  turns.stop({ thread: 'a', userId: 'U0MAYA' })
  assert.deepEqual(
    [running, own, others, elsewhere].map(({ stopped }) => stopped.aborted),
    [true, true, false, false],
  )
  assert.equal(await stateOf(own), false)
  running.leave()
  own.leave()
  assert.equal(await stateOf(others), true)
})

test('closing takes no more, ends who waits at once, and resolves when all have left', async () => {
  const turns = createAnswerTurns()
  const running = enter(turns, 'a')
  const waiting = enter(turns, 'a')
  const closed = turns.close()
  assert.equal(turns.enter({ thread: 'c', userId: 'U0MAYA' }), null)
  assert.equal(await stateOf(waiting), false)
  assert.equal(running.stopped.aborted, false, 'answers under way get a moment')
  waiting.leave()
  running.leave()
  await closed
})
