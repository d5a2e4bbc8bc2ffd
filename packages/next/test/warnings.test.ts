import { describe, expect, it } from 'vitest'
import { limitWarnings } from '../src/warnings.js'

describe('limitWarnings', () => {
  it('says a sentence once a minute, and another one at once', () => {
    let seconds = 1000
    const said: string[] = []
    const logger = limitWarnings({ warn: (message: string) => said.push(message) }, () => seconds)

    logger.warn('down')
    logger.warn('down')
    logger.warn('refused')
    expect(said).toEqual(['down', 'refused'])

    seconds += 60
    logger.warn('down')
    expect(said).toEqual(['down', 'refused', 'down'])
  })
})
