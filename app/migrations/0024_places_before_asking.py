from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0023_sign_ins_by_provider')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Membership',
            name='was',
            field=fields.CharField(default='', db_default='', max_length=8),
        ),
        # Of who waits, only those who had left kept a day.
        ops.RunSQL(
            'UPDATE "memberships" SET "was" = \'left\' WHERE "state" = \'pending\' AND "until" IS NOT NULL'
        ),
    ]
