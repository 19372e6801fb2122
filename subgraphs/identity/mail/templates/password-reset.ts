import { layOut, type MailText } from '../layout.ts';
import { nameInMail } from '../wording.ts';

export interface PasswordResetWords {
  readonly username: string;
  readonly link: string;
  readonly token: string;
  readonly minutes: number;
}

export function passwordReset({ username, link, token, minutes }: PasswordResetWords): MailText {
  return layOut('Choose a new password', [
    `Hello ${nameInMail(username)},`,
    `somebody, hopefully you, asked for a new password for your TixGo account. This link is good once, for ${minutes} minutes:`,
    { label: 'Choose a new password', link },
    'A program that asks for the token takes this one:',
    { code: token },
    'It was not you? Then do nothing: your password stays as it is.',
  ]);
}
