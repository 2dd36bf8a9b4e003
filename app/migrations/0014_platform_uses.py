from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0013_two_factor')]

    initial = False

    operations = [
        ops.CreateModel(
            name='PlatformUse',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('organisation', fields.ForeignKeyField('models.Organisation', source_field='organisation_id', db_constraint=True, to_field='id', related_name='platform_uses', on_delete=OnDelete.CASCADE)),
                ('platform', fields.ForeignKeyField('models.Platform', source_field='platform_id', db_constraint=True, to_field='id', related_name='uses', on_delete=OnDelete.CASCADE)),
                ('status', fields.CharField(default='using', db_default='using', max_length=13)),
                ('since', fields.CharField(default='', db_default='', max_length=7)),
                ('until', fields.CharField(default='', db_default='', max_length=7)),
                ('purposes', fields.CharField(default='', db_default='', max_length=200)),
                ('team_size_band', fields.CharField(default='', db_default='', max_length=8)),
                ('tools', fields.CharField(default='', db_default='', max_length=200)),
                ('note', fields.TextField(default='', db_default='', unique=False)),
                ('why_stopped', fields.TextField(default='', db_default='', unique=False)),
                ('checked_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('checked_by', fields.ForeignKeyField('models.Member', source_field='checked_by_id', null=True, db_constraint=True, to_field='id', related_name='checked_uses', on_delete=OnDelete.SET_NULL)),
                ('asked_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('asks', fields.SmallIntField(default=0, db_default=0)),
            ],
            options={'table': 'platform_uses', 'app': 'models', 'unique_together': (('organisation', 'platform'),), 'pk_attr': 'id', 'table_description': 'What an organisation does with a platform: `status` is planning, using or tried_stopped.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='PlatformAccount',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('use', fields.ForeignKeyField('models.PlatformUse', source_field='use_id', db_constraint=True, to_field='id', related_name='accounts', on_delete=OnDelete.CASCADE)),
                ('url', fields.CharField(max_length=300)),
                ('status', fields.IntField(default=0, db_default=0)),
                ('checked_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('failing_since', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'platform_accounts', 'app': 'models', 'unique_together': (('use', 'url'),), 'indexes': [Index(fields=['url'])], 'pk_attr': 'id', 'table_description': 'An official account, and what its address answered last: status 0 is nothing yet, or nothing clear.'},
            bases=['Model'],
        ),
        ops.RunSQL('CREATE INDEX "fk_platform_uses_checked_by_id" ON "platform_uses" ("checked_by_id") WHERE "checked_by_id" IS NOT NULL'),
        ops.RunSQL('CREATE INDEX "fk_platform_uses_platform_id" ON "platform_uses" ("platform_id")'),
    ]
