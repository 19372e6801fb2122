CREATE SCHEMA IF NOT EXISTS "payment";
--> statement-breakpoint
CREATE TABLE "payment"."idempotency_key" (
	"viewer_id" uuid NOT NULL,
	"operation" text NOT NULL,
	"key" text NOT NULL,
	"fingerprint" text NOT NULL,
	"answer" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "idempotency_key_pkey" PRIMARY KEY("viewer_id","operation","key")
);
--> statement-breakpoint
CREATE TABLE "payment"."inbox" (
	"fact_id" uuid PRIMARY KEY NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "payment"."outbox" (
	"id" uuid PRIMARY KEY NOT NULL,
	"sequence" bigint GENERATED ALWAYS AS IDENTITY (sequence name "payment"."outbox_sequence_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"type" text NOT NULL,
	"version" integer NOT NULL,
	"key" text NOT NULL,
	"payload" jsonb NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"published_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "payment"."payable_order" (
	"order_id" uuid PRIMARY KEY NOT NULL,
	"event_id" text NOT NULL,
	"buyer_id" uuid NOT NULL,
	"status" text NOT NULL,
	"amount" integer NOT NULL,
	"currency" text NOT NULL,
	"refundable" integer NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"version" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "payment"."payment" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"payer_id" uuid NOT NULL,
	"amount" integer NOT NULL,
	"currency" text NOT NULL,
	"status" text NOT NULL,
	"provider" text NOT NULL,
	"provider_ref" text,
	"payment_method" text NOT NULL,
	"client_secret" text,
	"failure_reason" text,
	"idempotency_key" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"look_at" timestamp (3) with time zone NOT NULL,
	"looks" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "payment_provider_ref" UNIQUE("provider_ref"),
	CONSTRAINT "payment_amount_positive" CHECK ("payment"."payment"."amount" > 0)
);
--> statement-breakpoint
CREATE TABLE "payment"."refund" (
	"id" uuid PRIMARY KEY NOT NULL,
	"payment_id" uuid NOT NULL,
	"amount" integer NOT NULL,
	"currency" text NOT NULL,
	"reason" text NOT NULL,
	"cause" text NOT NULL,
	"status" text NOT NULL,
	"provider_ref" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"look_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "refund_once" UNIQUE("payment_id"),
	CONSTRAINT "refund_amount_positive" CHECK ("payment"."refund"."amount" > 0)
);
--> statement-breakpoint
CREATE TABLE "payment"."sandbox_intent" (
	"ref" text PRIMARY KEY NOT NULL,
	"amount" integer NOT NULL,
	"currency" text NOT NULL,
	"client_secret" text NOT NULL,
	"state" text NOT NULL,
	"payment_method" text,
	"decline_reason" text,
	"decided_at" timestamp (3) with time zone,
	"charged" integer DEFAULT 0 NOT NULL,
	"refunded" integer DEFAULT 0 NOT NULL,
	"dispute" text,
	CONSTRAINT "sandbox_intent_refunded_bounded" CHECK ("payment"."sandbox_intent"."refunded" <= "payment"."sandbox_intent"."charged")
);
--> statement-breakpoint
CREATE TABLE "payment"."sandbox_refund" (
	"idempotency_key" text PRIMARY KEY NOT NULL,
	"ref" text NOT NULL,
	"amount" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "payment"."refund" ADD CONSTRAINT "refund_payment_id_payment_id_fk" FOREIGN KEY ("payment_id") REFERENCES "payment"."payment"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "idempotency_key_created_at" ON "payment"."idempotency_key" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "outbox_unpublished" ON "payment"."outbox" USING btree ("sequence") WHERE published_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "payment_one_of_order" ON "payment"."payment" USING btree ("order_id") WHERE status in ('PROCESSING', 'REQUIRES_ACTION', 'SUCCEEDED', 'DISPUTED');--> statement-breakpoint
CREATE INDEX "payment_order" ON "payment"."payment" USING btree ("order_id","id");--> statement-breakpoint
CREATE INDEX "payment_payer" ON "payment"."payment" USING btree ("payer_id","id");--> statement-breakpoint
CREATE INDEX "payment_client_secret" ON "payment"."payment" USING btree ("client_secret");--> statement-breakpoint
CREATE INDEX "payment_undecided" ON "payment"."payment" USING btree ("look_at") WHERE status in ('PROCESSING', 'REQUIRES_ACTION');--> statement-breakpoint
CREATE INDEX "refund_pending" ON "payment"."refund" USING btree ("look_at") WHERE status = 'PENDING';--> statement-breakpoint
CREATE INDEX "sandbox_intent_dispute" ON "payment"."sandbox_intent" USING btree ("ref") WHERE dispute = 'DUE';