'use client'

import { useDevices } from '../hooks/use-devices'
import { DeviceSheet } from './device-sheet'

/** The devices, loaded by the page itself. */
export function DeviceList() {
  return <DeviceSheet {...useDevices()} />
}
