import { ApiError } from '@tixgo/platform/errors.ts';

/** The same for an unknown user and a wrong password. */
export function invalidCredentials(): ApiError {
  return new ApiError('INVALID_CREDENTIALS', 'Username and password do not belong together.');
}

export function usernameTaken(): ApiError {
  return new ApiError('USERNAME_TAKEN', 'This username is taken; choose another.', { field: 'username' });
}

export function rateLimited(message: string, retryAfterSeconds: number): ApiError {
  return new ApiError('RATE_LIMITED', message, { retryAfterSeconds });
}
