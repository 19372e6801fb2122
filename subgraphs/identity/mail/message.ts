import type { SendMailOptions } from 'nodemailer';
import type { MailSender } from '../env.ts';
import type { Letter } from './letter.ts';

/** A letter as nodemailer takes it. */
export function messageOf(letter: Letter, from: MailSender): SendMailOptions {
  const { id, to, subject, text, html, attachments } = letter;
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return {
    from: { ...from },
    to,
    subject,
    text,
    html,
    attachments: attachments.map((attachment) => ({ ...attachment })),
    messageId: `<${id}@${domain}>`,
    // RFC 3834: nobody's holiday answers to it.
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}
