CREATE SCHEMA IF NOT EXISTS "ticket";
--> statement-breakpoint
CREATE TABLE "ticket"."idempotency_key" (
	"viewer_id" uuid NOT NULL,
	"operation" text NOT NULL,
	"key" text NOT NULL,
	"fingerprint" text NOT NULL,
	"answer" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "idempotency_key_pkey" PRIMARY KEY("viewer_id","operation","key")
);
--> statement-breakpoint
CREATE TABLE "ticket"."inbox" (
	"fact_id" uuid PRIMARY KEY NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ticket"."listing" (
	"id" uuid PRIMARY KEY NOT NULL,
	"ticket_id" uuid NOT NULL,
	"type_id" uuid NOT NULL,
	"event_id" text NOT NULL,
	"seller_id" uuid NOT NULL,
	"price" integer NOT NULL,
	"currency" text NOT NULL,
	"status" text NOT NULL,
	"order_id" uuid,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ticket"."order_line" (
	"order_id" uuid NOT NULL,
	"type_id" uuid NOT NULL,
	"quantity" integer NOT NULL,
	"price" integer NOT NULL,
	"currency" text NOT NULL,
	CONSTRAINT "order_line_order_id_type_id_pk" PRIMARY KEY("order_id","type_id"),
	CONSTRAINT "order_line_quantity" CHECK ("ticket"."order_line"."quantity" > 0)
);
--> statement-breakpoint
CREATE TABLE "ticket"."order" (
	"id" uuid PRIMARY KEY NOT NULL,
	"event_id" text NOT NULL,
	"buyer_id" uuid NOT NULL,
	"status" text NOT NULL,
	"total" integer NOT NULL,
	"currency" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"held_until" timestamp (3) with time zone NOT NULL,
	"paying_id" uuid,
	"paid_by_id" uuid,
	"listing_id" uuid,
	"refund_asked" boolean DEFAULT false NOT NULL,
	"version" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ticket"."outbox" (
	"id" uuid PRIMARY KEY NOT NULL,
	"sequence" bigint GENERATED ALWAYS AS IDENTITY (sequence name "ticket"."outbox_sequence_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"type" text NOT NULL,
	"version" integer NOT NULL,
	"key" text NOT NULL,
	"payload" jsonb NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"published_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "ticket"."payout" (
	"id" uuid PRIMARY KEY NOT NULL,
	"listing_id" uuid NOT NULL,
	"seller_id" uuid NOT NULL,
	"amount" integer NOT NULL,
	"currency" text NOT NULL,
	"status" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"settled_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "ticket"."purchase" (
	"order_id" uuid NOT NULL,
	"ticket_id" uuid NOT NULL,
	"price" integer NOT NULL,
	"payout_id" uuid,
	CONSTRAINT "purchase_order_id_ticket_id_pk" PRIMARY KEY("order_id","ticket_id")
);
--> statement-breakpoint
CREATE TABLE "ticket"."sale_event" (
	"id" text PRIMARY KEY NOT NULL,
	"status" text NOT NULL,
	"capacity" integer,
	"gates" text[] NOT NULL,
	"ends_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"deleted" boolean DEFAULT false NOT NULL,
	"has_sales" boolean DEFAULT false NOT NULL,
	"unwound_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "ticket"."signing_key" (
	"kid" text PRIMARY KEY NOT NULL,
	"told_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ticket"."ticket_log" (
	"id" uuid PRIMARY KEY NOT NULL,
	"ticket_id" uuid NOT NULL,
	"change" text NOT NULL,
	"by_id" uuid,
	"holder_id" uuid NOT NULL,
	"note" text,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ticket"."ticket_type" (
	"id" uuid PRIMARY KEY NOT NULL,
	"event_id" text NOT NULL,
	"name" text NOT NULL,
	"description" text,
	"price" integer NOT NULL,
	"currency" text NOT NULL,
	"capacity" integer NOT NULL,
	"sales_start" timestamp (3) with time zone,
	"sales_end" timestamp (3) with time zone,
	"max_per_order" integer NOT NULL,
	"valid_from" timestamp (3) with time zone,
	"valid_until" timestamp (3) with time zone,
	"gates" text[],
	"sold" integer DEFAULT 0 NOT NULL,
	"reserved" integer DEFAULT 0 NOT NULL,
	"revenue" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "ticket_type_stock" CHECK ("ticket"."ticket_type"."sold" >= 0 and "ticket"."ticket_type"."reserved" >= 0 and "ticket"."ticket_type"."sold" + "ticket"."ticket_type"."reserved" <= "ticket"."ticket_type"."capacity")
);
--> statement-breakpoint
CREATE TABLE "ticket"."ticket" (
	"id" uuid PRIMARY KEY NOT NULL,
	"type_id" uuid NOT NULL,
	"event_id" text NOT NULL,
	"order_id" uuid NOT NULL,
	"holder_id" uuid NOT NULL,
	"status" text NOT NULL,
	"face_value" integer NOT NULL,
	"currency" text NOT NULL,
	"code_number" integer NOT NULL,
	"blocked_reason" text,
	"disputed" boolean DEFAULT false NOT NULL,
	"admitted" boolean DEFAULT false NOT NULL,
	"restocked" boolean DEFAULT false NOT NULL,
	"version" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "idempotency_key_created_at" ON "ticket"."idempotency_key" USING btree ("created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "listing_once" ON "ticket"."listing" USING btree ("ticket_id") WHERE status in ('OPEN', 'RESERVED');--> statement-breakpoint
CREATE INDEX "listing_event" ON "ticket"."listing" USING btree ("event_id","price","id") WHERE status in ('OPEN', 'RESERVED');--> statement-breakpoint
CREATE INDEX "order_line_type" ON "ticket"."order_line" USING btree ("type_id");--> statement-breakpoint
CREATE INDEX "order_pending" ON "ticket"."order" USING btree ("held_until") WHERE status = 'PENDING';--> statement-breakpoint
CREATE INDEX "order_event" ON "ticket"."order" USING btree ("event_id","id");--> statement-breakpoint
CREATE INDEX "order_buyer" ON "ticket"."order" USING btree ("buyer_id","id");--> statement-breakpoint
CREATE INDEX "outbox_unpublished" ON "ticket"."outbox" USING btree ("sequence") WHERE published_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "payout_listing" ON "ticket"."payout" USING btree ("listing_id");--> statement-breakpoint
CREATE INDEX "payout_seller" ON "ticket"."payout" USING btree ("seller_id","id");--> statement-breakpoint
CREATE INDEX "purchase_ticket" ON "ticket"."purchase" USING btree ("ticket_id");--> statement-breakpoint
CREATE INDEX "sale_event_to_unwind" ON "ticket"."sale_event" USING btree ("id") WHERE status = 'CANCELED' and unwound_at is null;--> statement-breakpoint
CREATE INDEX "ticket_log_ticket" ON "ticket"."ticket_log" USING btree ("ticket_id","id");--> statement-breakpoint
CREATE INDEX "ticket_type_event" ON "ticket"."ticket_type" USING btree ("event_id","id");--> statement-breakpoint
CREATE INDEX "ticket_holder" ON "ticket"."ticket" USING btree ("holder_id","id");--> statement-breakpoint
CREATE INDEX "ticket_type_id" ON "ticket"."ticket" USING btree ("type_id");