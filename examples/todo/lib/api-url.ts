import 'server-only'

/**
 * Base URL of the tasks API, without a slash at the end. Read when a request comes, not when the
 * application is built, so that one build serves every environment.
 */
export function apiUrl(): string {
  // By another name, or the bundler would write the value of the build in here.
  const environment: Readonly<Record<string, string | undefined>> = process.env
  const url = environment.NEXT_PUBLIC_API_BASE_URL || 'http://localhost:8000'
  return url.replace(/\/+$/, '')
}
