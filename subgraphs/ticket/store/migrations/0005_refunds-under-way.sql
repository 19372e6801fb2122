ALTER TABLE "ticket"."order" ADD COLUMN "disputed" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "ticket"."order" ADD COLUMN "refunding" boolean DEFAULT false NOT NULL;