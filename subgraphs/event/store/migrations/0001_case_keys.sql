ALTER TABLE "event"."event" ADD COLUMN "name_key" text;--> statement-breakpoint
ALTER TABLE "event"."event" ADD COLUMN "venue_key" text;--> statement-breakpoint
ALTER TABLE "event"."event" ADD COLUMN "city_key" text;--> statement-breakpoint
-- accepted: no version that was released runs beside it
UPDATE "event"."event" SET "name_key" = upper("name"), "venue_key" = upper("venue" ->> 'name'), "city_key" = upper("venue" ->> 'city');--> statement-breakpoint
-- accepted: no version that was released runs beside it
ALTER TABLE "event"."event" ALTER COLUMN "name_key" SET NOT NULL;
