from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0022_own_data')]

    initial = False

    # An open sign-in of who has linked one is taken to be of the provider that they used last, if they proved anything
    # when it began: for passwords that is not noted. One too many ends when that provider is turned off, and none stays.
    operations = [
        ops.AddField(
            model_name='SecondStep',
            name='provider',
            field=fields.ForeignKeyField('models.Provider', source_field='provider_id', null=True, db_constraint=True, to_field='id', related_name='second_steps', on_delete=OnDelete.CASCADE),
        ),
        ops.AddField(
            model_name='Session',
            name='provider',
            field=fields.ForeignKeyField('models.Provider', source_field='provider_id', null=True, db_constraint=True, to_field='id', related_name='sessions', on_delete=OnDelete.SET_NULL),
        ),
        ops.RunSQL('CREATE INDEX "fk_sessions_provider_id" ON "sessions" ("provider_id") WHERE "provider_id" IS NOT NULL'),
        ops.RunSQL('CREATE INDEX "fk_second_steps_provider_id" ON "second_steps" ("provider_id") WHERE "provider_id" IS NOT NULL'),
        ops.RunSQL(
            'UPDATE "sessions" SET "provider_id" = (SELECT l."provider_id" FROM "identity_links" l '
            'WHERE l."member_id" = "sessions"."member_id" ORDER BY COALESCE(l."used_at", l."created_at") DESC LIMIT 1) '
            'WHERE "revoked_at" IS NULL AND "confirmed_at" IS NOT NULL'
        ),
    ]
