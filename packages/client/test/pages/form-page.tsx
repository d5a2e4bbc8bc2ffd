import {
  ChangePasswordForm,
  ForgotPasswordForm,
  type FormActions,
  type FormTexts,
  ResetPasswordForm,
  SecondFactorForm,
  SessionsList,
  SignInForm,
  SignUpForm,
  TwoFactorSettings,
  VerifyEmail,
} from '../../src/forms.js'

interface FormPageProps {
  /** Which form. */
  readonly name: string
  readonly actions: FormActions
  /** What the form was done with. */
  readonly onDone?: (what: string) => void
  readonly plain?: boolean
  readonly texts?: FormTexts
}

/** Names of all forms. */
export const FORMS = [
  'sign-in',
  'sign-up',
  'forgot',
  'reset',
  'verify',
  'confirm',
  'second-factor',
  'change-password',
  'sessions',
  'two-factor',
] as const

const PLAIN = { action: '/plain', fields: { returnTo: '/tasks' } }

/** A page with one form. */
export function FormPage(props: FormPageProps) {
  const { name, actions, onDone, plain, texts: own } = props
  const texts = own ? { texts: own } : {}
  const more = { ...texts, ...(plain ? { plain: PLAIN } : {}) }
  const done = () => onDone?.('done')
  const wayOn = <a href="/way-on">The way on</a>
  const ways = { whenDone: wayOn, whenInvalid: wayOn }
  switch (name) {
    case 'sign-in':
      return <SignInForm {...{ actions, ...more }} onDone={done} forgotHref="/forgot" />
    case 'sign-up':
      return <SignUpForm {...{ actions, ...more }} onDone={done} />
    case 'forgot':
      return <ForgotPasswordForm {...{ actions, ...more }} />
    case 'reset':
      return <ResetPasswordForm {...{ actions, ...texts, ...ways }} />
    case 'verify':
      return <VerifyEmail {...texts} {...ways} actions={{ verifyEmail: actions.verifyEmail }} />
    case 'confirm':
      return <VerifyEmail {...texts} {...ways} actions={{ confirmEmail: actions.confirmEmail }} />
    case 'second-factor':
      return (
        <SecondFactorForm
          {...{ actions, ...texts }}
          challenge="challenge"
          onDone={done}
          onRestart={() => onDone?.('restart')}
        />
      )
    case 'change-password':
      return <ChangePasswordForm {...{ actions, ...texts }} email="ada@b.test" />
    case 'sessions':
      return <SessionsList {...{ actions, ...texts }} />
    default:
      return <TwoFactorSettings {...{ actions, ...texts }} email="ada@b.test" enabled={false} />
  }
}
