/** Whether messages may hold blocks of a kind; switched off for good once Slack has refused one. */
export interface BlockSwitch {
  isOn(): boolean
  switchOff(): void
}

export function createBlockSwitch(): BlockSwitch {
  let on = true
  return {
    isOn: () => on,
    switchOff() {
      on = false
    },
  }
}
