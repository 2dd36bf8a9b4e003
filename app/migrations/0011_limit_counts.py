from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0010_site_settings')]

    initial = False

    operations = [
        ops.CreateModel(
            name='LimitCount',
            fields=[
                ('key', fields.CharField(primary_key=True, unique=True, db_index=True, max_length=80)),
                ('number', fields.IntField()),
                ('until', fields.BigIntField(db_index=True)),
            ],
            options={'table': 'limit_counts', 'app': 'models', 'pk_attr': 'key', 'table_description': 'How often somebody did something within one span of time; who it was is blurred.'},
            bases=['Model'],
        ),
    ]
