from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0017_oidc')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Member',
            name='trust_held',
            field=fields.SmallIntField(null=True),
        ),
    ]
