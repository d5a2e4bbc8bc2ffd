import { createCountersign } from '@countersign/next'

export const { proxy, handlers, getSession } = createCountersign()
