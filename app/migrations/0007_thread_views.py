from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0006_outdated_posts')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Thread',
            name='views',
            field=fields.IntField(default=0, db_default=0),
        ),
    ]
