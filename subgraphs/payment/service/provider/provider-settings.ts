/** Who moves the money, and what that takes. */
export type ProviderSettings =
  | { readonly kind: 'sandbox'; readonly isProduction: boolean }
  | {
      readonly kind: 'stripe';
      readonly secretKey: string;
      readonly webhookSecret: string;
      /** Stripe's own when undefined. */
      readonly apiBase: string | undefined;
    };
