const BUFFER_CHARACTERS = 64 * 1_024

export interface Output {
  /** False once the reader has gone away: nothing more needs to be written. */
  write(text: string): Promise<boolean>
  /** Writes what is left and waits until it is out. */
  end(): Promise<void>
}

/** Buffered writing that heeds back-pressure and ends quietly when the reader closes its end (`| head`). */
export function createOutput(stream: NodeJS.WritableStream): Output {
  let pending = ''
  let isClosed = false
  let isScheduled = false
  let failure: Error | null = null
  let wake: (() => void) | null = null
  const settle = () => {
    wake?.()
    wake = null
  }
  stream.on('drain', settle)
  stream.on('error', (error: NodeJS.ErrnoException) => {
    isClosed = true
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') failure = error
    settle()
  })
  async function flush(): Promise<boolean> {
    const text = pending
    pending = ''
    if (text !== '' && !isClosed && !stream.write(text))
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    if (failure !== null) throw failure
    return !isClosed
  }
  // Nothing waits in the buffer while the input is idle: `tail -f | normalise` shows each line at once.
  function flushSoon(): void {
    if (isScheduled) return
    isScheduled = true
    setImmediate(() => {
      isScheduled = false
      if (pending === '' || isClosed) return
      stream.write(pending)
      pending = ''
    })
  }
  return {
    write: async (text) => {
      pending += text
      flushSoon()
      return pending.length < BUFFER_CHARACTERS ? !isClosed : await flush()
    },
    end: async () => {
      await flush()
    },
  }
}
