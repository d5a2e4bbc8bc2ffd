import { Command } from 'commander'
import { confirmOrLeave } from './ask-person.js'
import { print } from './print.js'

interface Flags {
  readonly json?: boolean
  readonly yes?: boolean
}

export const resetSecondFactorCommand = () =>
  new Command('reset-second-factor')
    .description('Turn two-step sign-in off for a user who lost phone and recovery codes')
    .argument('<email>', 'address of the user')
    .option('--yes', 'do not ask')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
Ends every session of the user, who is mailed about it where COUNTERSIGN_SECRET and the variables of
the mail server are set as for "countersign serve": the server sends the mail.`,
    )
    .action(async (email: string, { json, yes }: Flags) => {
      await confirmOrLeave(
        `Turn two-step sign-in off for ${email} and end every session? Be sure who asks for it.`,
        yes,
      )
      const { resetByEmail } = await import('./reset-second-factor.js')
      const result = await resetByEmail(email, process.env)
      print(json, result, sentence(result))
    })

function sentence({ outcome, mailed }: { readonly outcome: string; readonly mailed: boolean }) {
  if (outcome !== 'changed') return 'That was so already.'
  const told = mailed ? 'a mail tells the user' : 'nobody mailed the user: tell them'
  return `Two-step sign-in is off and every session ended; ${told}.`
}
