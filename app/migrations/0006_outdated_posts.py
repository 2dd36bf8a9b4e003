from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0005_knowledge_upkeep')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Post',
            name='outdated_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Post',
            name='outdated_why',
            field=fields.CharField(default='', db_default='', max_length=300),
        ),
    ]
