'use client'

export { ActionError } from './forms/action-error.js'
export { type AuthJsSignIn, authJsActions } from './forms/auth-js-actions.js'
export { type BetterAuthClient, betterAuthActions } from './forms/better-auth-actions.js'
export { ChangePasswordForm, type ChangePasswordFormProps } from './forms/change-password-form.js'
export { clientActions } from './forms/client-actions.js'
export { deviceName } from './forms/device-name.js'
export {
  ForgotPasswordForm,
  type ForgotPasswordFormProps,
} from './forms/forgot-password-form.js'
export type {
  Enrolment,
  Entered,
  FormActions,
  SignedInDevice,
  SignInValues,
  SignUpValues,
} from './forms/form-actions.js'
export type { PasswordPolicy } from './forms/password-rules.js'
export type { PlainForm } from './forms/plain-form.js'
export { ResetPasswordForm, type ResetPasswordFormProps } from './forms/reset-password-form.js'
export { SecondFactorForm, type SecondFactorFormProps } from './forms/second-factor-form.js'
export { SessionsList, type SessionsListProps } from './forms/sessions-list.js'
export { SignInForm, type SignInFormProps } from './forms/sign-in-form.js'
export { SignUpForm, type SignUpFormProps } from './forms/sign-up-form.js'
export { ENGLISH, endText, errorText, type FormTexts } from './forms/texts.js'
export { TwoFactorSettings, type TwoFactorSettingsProps } from './forms/two-factor-settings.js'
export { VerifyEmail, type VerifyEmailProps } from './forms/verify-email.js'
