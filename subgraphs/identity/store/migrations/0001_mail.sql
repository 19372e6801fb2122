CREATE TABLE "identity"."mail" (
	"id" uuid PRIMARY KEY NOT NULL,
	"recipient_id" uuid NOT NULL,
	"address" text NOT NULL,
	"template" text NOT NULL,
	"data" jsonb NOT NULL,
	"occasion" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"look_at" timestamp (3) with time zone NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"sent_at" timestamp (3) with time zone,
	"given_up_at" timestamp (3) with time zone,
	"failure" text,
	CONSTRAINT "mail_occasion" UNIQUE("recipient_id","template","occasion")
);
--> statement-breakpoint
CREATE TABLE "identity"."password_reset_request" (
	"id" uuid PRIMARY KEY NOT NULL,
	"username_key" text NOT NULL,
	"requested_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "identity"."password_reset" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"token_hash" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "password_reset_token_hash" UNIQUE("token_hash")
);
--> statement-breakpoint
ALTER TABLE "identity"."mail" ADD CONSTRAINT "mail_recipient_id_user_id_fk" FOREIGN KEY ("recipient_id") REFERENCES "identity"."user"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity"."password_reset" ADD CONSTRAINT "password_reset_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "identity"."user"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "mail_due" ON "identity"."mail" USING btree ("look_at") WHERE sent_at is null and given_up_at is null;--> statement-breakpoint
CREATE INDEX "mail_settled" ON "identity"."mail" USING btree ("created_at") WHERE sent_at is not null or given_up_at is not null;