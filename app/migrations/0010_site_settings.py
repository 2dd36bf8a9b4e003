from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0009_following_labels')]

    initial = False

    operations = [
        ops.CreateModel(
            name='SiteSetting',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('name', fields.CharField(unique=True, max_length=60)),
                ('value', fields.TextField(null=True, unique=False)),
                ('changed_by', fields.ForeignKeyField('models.Member', source_field='changed_by_id', null=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.SET_NULL)),
                ('changed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'site_settings', 'app': 'models', 'pk_attr': 'id', 'table_description': 'One setting as JSON, a secret one sealed; without a value it was set back, and is as it usually is.'},
            bases=['Model'],
        ),
        ops.RunSQL('CREATE INDEX "fk_site_settings_changed_by_id" ON "site_settings" ("changed_by_id") WHERE "changed_by_id" IS NOT NULL'),
    ]
